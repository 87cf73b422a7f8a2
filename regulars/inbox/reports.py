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
from regulars.inbox.packing import NAMES, NUMBERS, OTHER, unpack

MOST = 400_000  # waits looked at; the newest, and the report says so


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
    """The columns of the waits, as packing.py has them; `late`: goes on, and the promise is broken."""

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
    return Report(
        whole=_figures(waits, np.arange(len(waits.kind))),
        first=_figures(waits, np.flatnonzero(waits.first == 1)),
        further=_figures(waits, np.flatnonzero(waits.first == 0)),
        by_kind=[(NAMES.get(number, ""), figures) for number, figures in _by(waits, waits.kind)],
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
    """From the index alone; what goes on, which is little, is asked for its due time as well."""
    between = "asked_us >= %s AND asked_us < %s"
    over = bulk.query(
        f"SELECT packed, business_us FROM inbox_wait WHERE {between} AND business_us IS NOT NULL"
        " ORDER BY asked_us DESC LIMIT %s",
        [since, until, MOST],
    )
    open_ = bulk.query(
        "SELECT packed, -1, CASE WHEN due_us <= %s THEN 1 ELSE 0 END FROM inbox_wait"
        f" WHERE {between} AND ended_us IS NULL LIMIT %s",
        [at, since, until, MOST],
    )
    ended = np.array(over, dtype=np.int64).reshape(-1, 2)
    going = np.array(open_, dtype=np.int64).reshape(-1, 3)
    found = unpack(np.concatenate([ended[:, 0], going[:, 0]]))
    found["business"] = np.concatenate([ended[:, 1], going[:, 1]])
    found["late"] = np.concatenate([np.zeros(len(ended), dtype=np.int64), going[:, 2]])
    return Waits(**_only(found, kind, account_id, owner))


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


def _figures(waits: Waits, some: np.ndarray) -> Figures:
    how = waits.how[some]
    answered = some[how == 1]
    return Figures(
        asked=len(some),
        answered=len(answered),
        unanswered=int(np.count_nonzero(how == 2)),
        waiting=int(np.count_nonzero(how == 0)),
        promised=int(np.count_nonzero(waits.in_time[some]) + np.count_nonzero(waits.late[some])),
        in_time=int(np.count_nonzero(waits.in_time[some] == 2)),
        **_spread(waits.business[answered]),
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
        "SELECT c.outcome, COUNT(*), SUM(CASE WHEN c.reopened > 0 THEN 1 ELSE 0 END)"
        f" FROM inbox_case c WHERE {where} GROUP BY c.outcome ORDER BY 2 DESC",
        params,
    )
    found = bulk.query(f"SELECT c.solve_us FROM inbox_case c WHERE {where} AND c.solve_us IS NOT NULL", params)
    times = np.sort(np.array(found, dtype=np.int64).reshape(-1))
    followed, bought, back, angry = _after(since, until, kind, account_id, where, params)
    return Ends(
        closed=sum(row[1] for row in rows),
        outcomes={row[0]: row[1] for row in rows},
        solve_median_us=_at(times, 0.5),
        solve_p90_us=_at(times, 0.9),
        reopened=sum(row[2] for row in rows),
        followed=followed,
        bought=bought,
        back=back,
        angry=angry,
    )


def _after(
    since: int, until: int, kind: str, account_id: int | None, where: str, params: list[Any]
) -> tuple[int, int, int, int]:
    counts = "COUNT(*), COUNT(a.bought_us), COUNT(a.back_us), COALESCE(SUM(CASE WHEN a.angry THEN 1 ELSE 0 END), 0)"
    if kind or account_id is not None:
        joined = f"inbox_after a JOIN inbox_case c ON c.id = a.case_id WHERE {where}"
        return bulk.query(f"SELECT {counts} FROM {joined}", params)[0]
    between = "a.closed_us >= %s AND a.closed_us < %s"
    return bulk.query(f"SELECT {counts} FROM inbox_after a WHERE {between}", [since, until])[0]
