"""How quickly and how well conversations are answered: read from what was stored when it happened.

Times are business hours of the desk as it was then. A wait is somebody who wrote and waits, from their first
unanswered word; it counts in the time in which it began. Words taken away before anybody answered count nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from regulars.core import bulk
from regulars.inbox.days import over_between
from regulars.inbox.models import Case
from regulars.inbox.packing import NAMES, NUMBERS, OTHER, unpack

MOST = 1_000_000  # waits looked at; the newest, and the report says so


@dataclass(frozen=True)
class Figures:
    """Of so many waits: how many were answered, closed without a word or go on. Of those promised an answer whose
    time has come or who got one: how many in time. Business times of the answers; None where there are none."""

    asked: int
    answered: int
    unanswered: int
    waiting: int
    promised: int
    in_time: int
    median_us: int | None
    p90_us: int | None

    @property
    def share_in_time(self) -> float | None:
        """Of those promised, in time."""
        return self.in_time / self.promised if self.promised else None

    @property
    def share_answered(self) -> float | None:
        """Of all that asked and no longer wait."""
        over = self.answered + self.unanswered
        return self.answered / over if over else None


NONE = Figures(0, 0, 0, 0, 0, 0, None, None)


@dataclass(frozen=True)
class Ends:
    """How conversations that were closed in the time ended. `bought`: ordered within 60 days; `back`: wrote again
    within 30; `angry`: with a complaint; of `followed` ones, whose persons are known or not."""

    closed: int
    outcomes: dict[str, int]
    solve_median_us: int | None
    solve_p90_us: int | None
    reopened: int
    followed: int
    bought: int
    back: int
    angry: int


@dataclass(frozen=True)
class Report:
    """`by_owner`: who answered (0: on the network itself); `by_hour`: 168 figures, from Monday midnight, by when they
    wrote. `cut`: there were more than MOST, and the oldest are left out."""

    whole: Figures
    first: Figures
    further: Figures
    by_kind: list[tuple[str, Figures]]
    by_account: list[tuple[int, Figures]]
    by_owner: list[tuple[int, Figures]]
    by_hour: list[Figures]
    ends: Ends
    oldest_us: int | None
    cut: bool


class Waits(NamedTuple):
    """The columns of waits as packing.py has them, in order of the business time they took; `late`: goes on, and the
    promise is broken."""

    kind: np.ndarray
    how: np.ndarray
    in_time: np.ndarray
    first: np.ndarray
    hour: np.ndarray
    by: np.ndarray
    account: np.ndarray
    business: np.ndarray
    late: np.ndarray


def answering(
    *, since: int, until: int, at: int, kind: str = "", account_id: int | None = None, owner: int | None = None
) -> Report:
    """The report of waits that began in [since, until). `owner`: answered by this colleague."""
    waits = _waits(since, until, at, kind, account_id, owner)
    parts = dict(_groups(waits, waits.first))
    return Report(
        whole=_figures(waits),
        first=parts.get(1, NONE),
        further=parts.get(0, NONE),
        by_kind=[(NAMES.get(number, ""), figures) for number, figures in _by(waits, waits.kind)],
        by_account=_by(waits, waits.account),
        by_owner=[(who - 1, figures) for who, figures in _by(waits, waits.by) if who],
        by_hour=_by_hour(waits),
        ends=_ends(since, until, kind, account_id),
        oldest_us=oldest_unanswered(),
        cut=len(waits.kind) >= MOST,
    )


def oldest_unanswered() -> int | None:
    """Since when whoever has waited longest has waited."""
    found = Case.objects.filter(waiting_us__isnull=False, closed_us=None).order_by("waiting_us")
    return found.values_list("waiting_us", flat=True).first()


def _waits(since: int, until: int, at: int, kind: str, account_id: int | None, owner: int | None) -> Waits:
    """Those that are over, and those that go on: few, and asked for their due time as well."""
    packed, business = over_between(since, until, MOST)
    open_ = bulk.query(
        "SELECT packed, CASE WHEN due_us <= %s THEN 1 ELSE 0 END FROM inbox_wait"
        " WHERE asked_us >= %s AND asked_us < %s AND ended_us IS NULL LIMIT %s",
        [at, since, until, MOST],
    )
    going = np.array(open_, dtype=np.int64).reshape(-1, 2)
    found = unpack(np.concatenate([packed, going[:, 0]]))
    found["business"] = np.concatenate([business, np.full(len(going), -1)])
    found["late"] = np.concatenate([np.zeros(len(packed), bool), going[:, 1] == 1])
    found = _only(found, kind, account_id, owner)
    order = np.argsort(found["business"], kind="stable")
    return Waits(**{name: values[order] for name, values in found.items()})


def _only(
    found: dict[str, np.ndarray], kind: str, account_id: int | None, owner: int | None
) -> dict[str, np.ndarray]:
    """Those asked for."""
    wanted = {"kind": NUMBERS.get(kind, OTHER) if kind else None, "account": account_id,
              "by": None if owner is None else owner + 1}  # fmt: skip
    for name, value in wanted.items():
        if value is not None:
            keep = found[name] == value
            found = {column: values[keep] for column, values in found.items()}
    return found


def _figures(waits: Waits) -> Figures:
    """Of all of them."""
    return dict(_groups(waits, np.zeros(len(waits.how), np.uint8))).get(0, NONE)


def _at(ordered: np.ndarray, part: float) -> int | None:
    """The quantile of sorted values, interpolated between neighbours."""
    if not len(ordered):
        return None
    place = (len(ordered) - 1) * part
    low, high = int(ordered[math.floor(place)]), int(ordered[math.ceil(place)])
    return round(low + (high - low) * (place % 1))


def _groups(waits: Waits, column: np.ndarray) -> Iterator[tuple[int, Figures]]:
    """Every value there is, and the figures of its waits."""
    values, place = _places(column)
    asked, unanswered, waiting, promised, late, in_time, answered = (
        np.bincount(place if some is None else place[some], minlength=len(values))
        for some in (None, waits.how == 2, waits.how == 0, waits.in_time > 0, waits.late, waits.in_time == 2,
                     waits.how == 1)
    )  # fmt: skip
    by_place = place[waits.how == 1]
    times = waits.business[waits.how == 1][np.argsort(by_place, kind="stable")]  # in each group they stay in order
    ends = np.cumsum(answered)
    for n, value in enumerate(values):
        some = times[ends[n] - answered[n] : ends[n]]
        counts = (asked[n], answered[n], unanswered[n], waiting[n], promised[n] + late[n], in_time[n])
        yield int(value), Figures(*map(int, counts), _at(some, 0.5), _at(some, 0.9))


def _places(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values there are, and of each row the place of its value: a small number, which is sorted quickly."""
    values = np.flatnonzero(np.bincount(column))
    place = np.zeros(int(values.max(initial=0)) + 1, np.uint16 if len(values) < 2**16 else np.int64)
    place[values] = np.arange(len(values))
    return values, place[column]


def _by(waits: Waits, column: np.ndarray) -> list[tuple[int, Figures]]:
    """Figures per value, those with most first."""
    return sorted(_groups(waits, column), key=lambda one: -one[1].asked)


def _by_hour(waits: Waits) -> list[Figures]:
    there = dict(_groups(waits, waits.hour))
    return [there.get(hour, NONE) for hour in range(168)]


def _ends(since: int, until: int, kind: str, account_id: int | None) -> Ends:
    where = "c.account_id IS NOT NULL AND c.merged_into IS NULL AND c.closed_us >= %s AND c.closed_us < %s"
    params: list[Any] = [since, until]
    for column, value in (("kind", kind or None), ("account_id", account_id)):
        if value is not None:
            where += f" AND c.{column} = %s"
            params.append(value)
    ends, solved, reopened = bulk.query(
        f"SELECT {_joined('c.outcome')}, {_joined('c.solve_us')},"
        f" COALESCE(SUM(CASE WHEN c.reopened > 0 THEN 1 ELSE 0 END), 0) FROM inbox_case c WHERE {where}",
        params,
    )[0]
    outcomes = Counter(ends.split(",")) if ends is not None else Counter()
    times = np.sort(np.fromstring(solved or "", np.int64, sep=","))
    followed, bought, back, angry = _after(since, until, kind, account_id, where, params)
    return Ends(
        closed=outcomes.total(),
        outcomes=dict(sorted(outcomes.items(), key=lambda one: (-one[1], one[0]))),
        solve_median_us=_at(times, 0.5),
        solve_p90_us=_at(times, 0.9),
        reopened=reopened,
        followed=followed,
        bought=bought,
        back=back,
        angry=angry,
    )


def _joined(column: str) -> str:
    """All values of a column as one text: a quarter of a million rows would take five times as long."""
    postgresql = connection.vendor == "postgresql"
    return f"STRING_AGG({column}::text, ',')" if postgresql else f"GROUP_CONCAT({column})"


def _after(
    since: int, until: int, kind: str, account_id: int | None, where: str, params: list[Any]
) -> tuple[int, int, int, int]:
    counts = "COUNT(*), COUNT(a.bought_us), COUNT(a.back_us), COALESCE(SUM(CASE WHEN a.angry THEN 1 ELSE 0 END), 0)"
    if kind or account_id is not None:
        joined = f"inbox_after a JOIN inbox_case c ON c.id = a.case_id WHERE {where}"
        return bulk.query(f"SELECT {counts} FROM {joined}", params)[0]
    between = "a.closed_us >= %s AND a.closed_us < %s"
    return bulk.query(f"SELECT {counts} FROM inbox_after a WHERE {between}", [since, until])[0]
