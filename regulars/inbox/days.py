"""Waits that are over, a day at a time: kept as arrays once the day is past, read from the waits where it changed.

Nothing is rounded or summed up, so figures are the same either way. Whoever changes a wait that is over notes its
day, in the same transaction; what is noted while a day is read stays noted, so that no change is ever missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.locks import exclusive
from regulars.inbox.models import WaitChange, WaitDay

INT64 = np.dtype("<i8")
COLUMNS = ("waits", "packed", "business")
Span = tuple[int, int]  # from, until
Piece = tuple[int, np.ndarray, np.ndarray]  # from when, packed, business: in order of when they asked


def note_changed(asked_us: Iterable[int]) -> None:
    """Waits that began then are over, or are no longer as they were. In the transaction that writes them."""
    bulk.insert(WaitChange, ("day",), [(day,) for day in sorted({us // DAY for us in asked_us})])


def keep_days(*, at: int) -> int:
    """Keep the past days that changed, one short transaction each; returns how many. Again, it changes nothing."""
    with exclusive("inbox days") as mine:
        asked = "SELECT day, id FROM inbox_waitchange WHERE day < %s ORDER BY day, id"
        rows = bulk.query(asked, [at // DAY]) if mine else []
        found = [(day, [number for _, number in noted]) for day, noted in groupby(rows, key=lambda row: row[0])]
        for day, noted in found:
            _keep(day, noted)
    return len(found)


def _keep(day: int, noted: Sequence[int]) -> None:
    """The waits are read after what was noted: of a change that comes later, the note stays."""
    ((_, packed, business),) = _asked([(day * DAY, (day + 1) * DAY)], 2**31)
    some, params = bulk.ids(noted)
    with transaction.atomic():
        row = WaitDay(day=day, waits=len(packed), packed=packed.tobytes(), business=business.tobytes())
        WaitDay.objects.bulk_create([row], update_conflicts=True, unique_fields=["day"], update_fields=COLUMNS)
        bulk.execute(f"DELETE FROM inbox_waitchange WHERE id IN {some}", params)


def over_between(since: int, until: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """(packed, business times) of waits that began in [since, until) and are over: the newest `most`."""
    kept, whole = _kept(-(-since // DAY), until // DAY, most)
    since = since if whole else kept[-1][0]
    rest = _asked(_between(since, until, [begin for begin, _, _ in kept]), most)
    pieces = sorted([*kept, *rest], key=lambda piece: piece[0])
    none = np.zeros(0, INT64)
    packed = np.concatenate([none, *(packed for _, packed, _ in pieces)])
    business = np.concatenate([none, *(business for _, _, business in pieces)])
    return packed[-most:], business[-most:]


def _kept(first: int, end: int, most: int) -> tuple[list[Piece], bool]:
    """Whole days that are kept and have not changed since, newest first; and whether they are all there is: no more
    are read than hold so many waits."""
    days = bulk.query(
        "SELECT d.day, d.waits FROM inbox_waitday d WHERE d.day >= %s AND d.day < %s AND NOT EXISTS"
        " (SELECT 1 FROM inbox_waitchange c WHERE c.day = d.day) ORDER BY d.day DESC",
        [first, end],
    )
    before = [0, *accumulate(count for _, count in days)]  # in newer ones
    wanted = [day for (day, _), waits in zip(days, before, strict=False) if waits < most]
    some, params = bulk.ids(wanted)
    rows = bulk.query(
        f"SELECT day, packed, business FROM inbox_waitday WHERE day IN {some} ORDER BY day DESC", params
    )
    found = [(day * DAY, np.frombuffer(packed, INT64), np.frombuffer(took, INT64)) for day, packed, took in rows]
    return found, len(wanted) == len(days)


def _between(since: int, until: int, kept: Sequence[int]) -> list[Span]:
    """What is left of the time without these days."""
    found, begin = [], since
    for day in sorted(kept):
        found.append((begin, day))
        begin = day + DAY
    return [span for span in [*found, (begin, until)] if span[0] < span[1]]


def _asked(spans: Sequence[Span], most: int) -> list[Piece]:
    """The waits themselves, from the index alone; the newest `most` of each span."""
    one = ("SELECT * FROM (SELECT asked_us, packed, business_us FROM inbox_wait WHERE asked_us >= %s"
           " AND asked_us < %s AND business_us IS NOT NULL ORDER BY asked_us DESC LIMIT %s) AS w{n}")  # fmt: skip
    sql = " UNION ALL ".join(one.format(n=n) for n in range(len(spans)))
    rows = bulk.query(sql, [value for span in spans for value in (*span, most)]) if spans else []
    found = np.array(rows, INT64).reshape(-1, 3)
    found = found[np.argsort(found[:, 0], kind="stable")]
    edges = np.searchsorted(found[:, 0], [edge for span in spans for edge in span])
    return [(spans[n][0], found[edges[2 * n] : edges[2 * n + 1], 1], found[edges[2 * n] : edges[2 * n + 1], 2])
            for n in range(len(spans))]  # fmt: skip
