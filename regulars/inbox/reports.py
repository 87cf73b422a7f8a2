"""How quickly and how well conversations are answered: read from what was stored when it happened.

Times are business hours of the desk as it was then. A wait is somebody who wrote and waits, from their first
unanswered word; it counts in the time in which it began. Words taken away before anybody answered count nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.core import bulk
from regulars.inbox.models import Case

MOST = 400_000  # waits looked at; the newest, and the report says so
# all that a row is counted by, in one number: a column less is a fifth of the time less. From the lowest bit:
BITS = {"kind": 6, "how": 2, "in_time": 2, "promised": 1, "first": 1, "hour": 8, "by": 20, "account": 22}


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
    wall_median_us: int | None

    @property
    def share_in_time(self) -> float | None:
        """Of those promised, in time."""
        return self.in_time / self.promised if self.promised else None

    @property
    def share_answered(self) -> float | None:
        """Of all that asked and no longer wait."""
        over = self.answered + self.unanswered
        return self.answered / over if over else None


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


@dataclass(frozen=True)
class Waits:
    """The columns of the waits: `how` 1 answered, 2 closed, 0 goes on; `in_time` 2 yes, 1 no, 0 nobody knows; `by`
    who answered plus one, 0 nobody; `kind` a place in the names."""

    kinds: list[str]
    kind: np.ndarray
    how: np.ndarray
    in_time: np.ndarray
    promised: np.ndarray
    first: np.ndarray
    hour: np.ndarray
    by: np.ndarray
    account: np.ndarray
    business: np.ndarray
    wall: np.ndarray


def answering(
    *, since: int, until: int, at: int, kind: str = "", account_id: int | None = None, owner: int | None = None
) -> Report:
    """The report of waits that began in [since, until). `owner`: answered by this colleague."""
    waits = _waits(since, until, at, kind, account_id, owner)
    return Report(
        whole=_figures(waits, np.arange(len(waits.kind))),
        first=_figures(waits, np.flatnonzero(waits.first == 1)),
        further=_figures(waits, np.flatnonzero(waits.first == 0)),
        by_kind=[(waits.kinds[place], figures) for place, figures in _by(waits, waits.kind)],
        by_account=_by(waits, waits.account),
        by_owner=[(who - 1, figures) for who, figures in _by(waits, waits.by) if who],
        by_hour=_by_hour(waits),
        ends=_ends(since, until, kind, account_id),
        oldest_us=oldest_unanswered(),
        cut=len(waits.kind) == MOST,
    )


def oldest_unanswered() -> int | None:
    """Since when whoever has waited longest has waited."""
    found = Case.objects.filter(waiting_us__isnull=False, closed_us=None).order_by("waiting_us")
    return found.values_list("waiting_us", flat=True).first()


def _waits(since: int, until: int, at: int, kind: str, account_id: int | None, owner: int | None) -> Waits:
    where, params = ["asked_us >= %s", "asked_us < %s"], [since, until]
    for column, value in (("kind", kind or None), ("account_id", account_id), ("by_user", owner)):
        if value is not None:
            where.append(f"{column} = %s")
            params.append(value)
    names = [one for (one,) in bulk.query("SELECT DISTINCT kind FROM inbox_case WHERE account_id IS NOT NULL")]
    rows = bulk.query(
        f"SELECT {_packed(len(names))}, COALESCE(business_us, -1), COALESCE(wall_us, -1) FROM inbox_wait"
        f" WHERE {' AND '.join(where)} ORDER BY asked_us DESC LIMIT %s",
        [at, *(part for n, name in enumerate(names) for part in (name, n)), *params, MOST],
    )
    found = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Waits(
        [*names, *[""] * (64 - len(names))], **_unpacked(found[:, 0]), business=found[:, 1], wall=found[:, 2]
    )


def _packed(names: int) -> str:
    """The SQL of that number. Its parameters: the time now, then names of kinds and their places."""
    promised = "CASE WHEN due_us IS NOT NULL AND (how = 'answer' OR (how = '' AND due_us <= %s)) THEN 1 ELSE 0 END"
    parts = {
        "kind": f"CASE kind {'WHEN %s THEN %s ' * names}ELSE 63 END" if names else "63",
        "how": "CASE how WHEN 'answer' THEN 1 WHEN 'close' THEN 2 ELSE 0 END",
        "in_time": "CASE WHEN in_time IS NULL THEN 0 WHEN in_time THEN 2 ELSE 1 END",
        "promised": promised, "first": "CASE WHEN first THEN 1 ELSE 0 END", "hour": "hour",
        "by": "COALESCE(by_user + 1, 0)", "account": "account_id",
    }  # fmt: skip
    told, place = [], 0
    for name, bits in BITS.items():
        told.append(f"(CAST({parts[name]} AS BIGINT) << {place})")
        place += bits
    return " + ".join([told[3], *told[:3], *told[4:]])  # the time now is the first parameter


def _unpacked(packed: np.ndarray) -> dict[str, np.ndarray]:
    found, left = {}, packed
    for name, bits in BITS.items():
        found[name] = left & ((1 << bits) - 1)
        left = left >> bits
    return found


def _figures(waits: Waits, some: np.ndarray) -> Figures:
    how = waits.how[some]
    answered = some[how == 1]
    return Figures(
        asked=len(some),
        answered=len(answered),
        unanswered=int(np.count_nonzero(how == 2)),
        waiting=int(np.count_nonzero(how == 0)),
        promised=int(np.count_nonzero(waits.promised[some])),
        in_time=int(np.count_nonzero(waits.in_time[some] == 2)),
        **_spread(waits.business[answered]),
        wall_median_us=_at(np.sort(waits.wall[answered]), 0.5),
    )


def _spread(times: np.ndarray) -> dict[str, int | None]:
    ordered = np.sort(times)
    return {"median_us": _at(ordered, 0.5), "p90_us": _at(ordered, 0.9)}


def _at(ordered: np.ndarray, part: float) -> int | None:
    """The quantile of sorted values, interpolated between neighbours."""
    if not len(ordered):
        return None
    place = (len(ordered) - 1) * part
    low, high = int(ordered[math.floor(place)]), int(ordered[math.ceil(place)])
    return round(low + (high - low) * (place % 1))


def _groups(column: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """(value, its rows) of every value there is."""
    order = np.argsort(column, kind="stable")
    values, begins = np.unique(column[order], return_index=True)
    return [(int(value), rows) for value, rows in zip(values, np.split(order, begins[1:]), strict=True)]


def _by(waits: Waits, column: np.ndarray) -> list[tuple[int, Figures]]:
    """Figures per value, those with most first."""
    found = [(value, _figures(waits, rows)) for value, rows in _groups(column)] if len(column) else []
    return sorted(found, key=lambda one: -one[1].asked)


def _by_hour(waits: Waits) -> list[Figures]:
    there = dict(_groups(waits.hour)) if len(waits.hour) else {}
    return [_figures(waits, there.get(hour, np.arange(0))) for hour in range(168)]


def _ends(since: int, until: int, kind: str, account_id: int | None) -> Ends:
    where = "c.account_id IS NOT NULL AND c.merged_into IS NULL AND c.closed_us >= %s AND c.closed_us < %s"
    params: list[Any] = [since, until]
    for column, value in (("kind", kind or None), ("account_id", account_id)):
        if value is not None:
            where += f" AND c.{column} = %s"
            params.append(value)
    rows = bulk.query(
        "SELECT c.outcome, COUNT(*), SUM(CASE WHEN c.reopened > 0 THEN 1 ELSE 0 END), COUNT(a.case_id),"
        " COUNT(a.bought_us), COUNT(a.back_us), COALESCE(SUM(CASE WHEN a.angry THEN 1 ELSE 0 END), 0)"
        f" FROM inbox_case c LEFT JOIN inbox_after a ON a.case_id = c.id WHERE {where} GROUP BY c.outcome ORDER BY 2 DESC",
        params,
    )
    found = bulk.query(f"SELECT c.solve_us FROM inbox_case c WHERE {where} AND c.solve_us IS NOT NULL", params)
    times = np.sort(np.array(found, dtype=np.int64).reshape(-1))
    closed, reopened, followed, bought, back, angry = (sum(row[n] for row in rows) for n in range(1, 7))
    return Ends(
        closed=closed,
        outcomes={row[0]: row[1] for row in rows},
        solve_median_us=_at(times, 0.5),
        solve_p90_us=_at(times, 0.9),
        reopened=reopened,
        followed=followed,
        bought=bought,
        back=back,
        angry=angry,
    )
