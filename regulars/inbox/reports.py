"""How quickly and how well conversations are answered: read from what was stored when it happened.

Times are business hours of the desk as it was then. A wait is somebody who wrote and waits, from their first
unanswered word; it counts in the time in which it began. Words taken away before anybody answered count nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.core import bulk
from regulars.inbox.models import Case

MOST = 400_000  # waits looked at; the newest, and the report says so
COLUMNS = ("kind", "account_id", "COALESCE(owner_user, 0)", "COALESCE(by_user, -1)", "hour", "first", "asked_us",
           "COALESCE(due_us, -1)", "COALESCE(business_us, -1)", "COALESCE(wall_us, -1)",
           "CASE how WHEN 'answer' THEN 1 WHEN 'close' THEN 2 ELSE 0 END",
           "CASE WHEN in_time IS NULL THEN -1 WHEN in_time THEN 1 ELSE 0 END")  # fmt: skip


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
    """The columns of the waits."""

    kind: np.ndarray
    account: np.ndarray
    owner: np.ndarray
    by: np.ndarray
    hour: np.ndarray
    first: np.ndarray
    asked: np.ndarray
    due: np.ndarray
    business: np.ndarray
    wall: np.ndarray
    how: np.ndarray
    in_time: np.ndarray


def answering(
    *, since: int, until: int, at: int, kind: str = "", account_id: int | None = None, owner: int | None = None
) -> Report:
    """The report of waits that began in [since, until). `owner`: answered by this colleague."""
    waits = _waits(since, until, kind, account_id, owner)
    return Report(
        whole=_figures(waits, slice(None), at),
        first=_figures(waits, waits.first == 1, at),
        further=_figures(waits, waits.first == 0, at),
        by_kind=_by(waits, waits.kind, at, str),
        by_account=_by(waits, waits.account, at, int),
        by_owner=[(who, figures) for who, figures in _by(waits, waits.by, at, int) if who >= 0],
        by_hour=_by_hour(waits, at),
        ends=_ends(since, until, kind, account_id),
        oldest_us=oldest_unanswered(),
        cut=len(waits.asked) == MOST,
    )


def oldest_unanswered() -> int | None:
    """Since when whoever has waited longest has waited."""
    found = Case.objects.filter(waiting_us__isnull=False, closed_us=None).order_by("waiting_us")
    return found.values_list("waiting_us", flat=True).first()


def _waits(since: int, until: int, kind: str, account_id: int | None, owner: int | None) -> Waits:
    where, params = ["asked_us >= %s", "asked_us < %s"], [since, until]
    for column, value in (("kind", kind or None), ("account_id", account_id), ("by_user", owner)):
        if value is not None:
            where.append(f"{column} = %s")
            params.append(value)
    rows = bulk.query(
        f"SELECT {', '.join(COLUMNS)} FROM inbox_wait WHERE {' AND '.join(where)} ORDER BY asked_us DESC LIMIT %s",
        [*params, MOST],
    )
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    return Waits(np.array(columns[0], dtype=str), *(np.array(column, dtype=np.int64) for column in columns[1:]))


def _figures(waits: Waits, some: Any, at: int) -> Figures:
    how, due = waits.how[some], waits.due[some]
    answered = how == 1
    promised = (due >= 0) & (answered | ((how == 0) & (due <= at)))
    times = waits.business[some][answered]
    return Figures(
        asked=len(how),
        answered=int(answered.sum()),
        unanswered=int((how == 2).sum()),
        waiting=int((how == 0).sum()),
        promised=int(promised.sum()),
        in_time=int((waits.in_time[some] == 1).sum()),
        median_us=_at(times, 50),
        p90_us=_at(times, 90),
        wall_median_us=_at(waits.wall[some][answered], 50),
    )


def _at(times: np.ndarray, percent: int) -> int | None:
    return round(float(np.percentile(times, percent))) if len(times) else None


def _by(waits: Waits, column: np.ndarray, at: int, plain: Callable[[Any], Any]) -> list[tuple[Any, Figures]]:
    """Figures per value, those with most first."""
    values, places = np.unique(column, return_inverse=True)
    found = [(plain(value), _figures(waits, places == n, at)) for n, value in enumerate(values)]
    return sorted(found, key=lambda one: -one[1].asked)


def _by_hour(waits: Waits, at: int) -> list[Figures]:
    order = np.argsort(waits.hour, kind="stable")
    ends = np.searchsorted(waits.hour[order], np.arange(169))
    return [_figures(waits, order[ends[hour] : ends[hour + 1]], at) for hour in range(168)]


def _ends(since: int, until: int, kind: str, account_id: int | None) -> Ends:
    where = "c.account_id IS NOT NULL AND c.merged_into IS NULL AND c.closed_us >= %s AND c.closed_us < %s"
    params: list[Any] = [since, until]
    for column, value in (("kind", kind or None), ("account_id", account_id)):
        if value is not None:
            where += f" AND c.{column} = %s"
            params.append(value)
    rows = bulk.query(
        "SELECT c.outcome, COALESCE(c.solve_us, -1), c.reopened, a.case_id IS NOT NULL, a.bought_us IS NOT NULL,"
        " a.back_us IS NOT NULL, COALESCE(a.angry, %s) FROM inbox_case c"
        f" LEFT JOIN inbox_after a ON a.case_id = c.id WHERE {where} ORDER BY c.closed_us DESC LIMIT %s",
        [False, *params, MOST],
    )
    times = np.array([row[1] for row in rows if row[1] >= 0], dtype=np.int64)
    return Ends(
        closed=len(rows),
        outcomes=_counted([row[0] for row in rows]),
        solve_median_us=_at(times, 50),
        solve_p90_us=_at(times, 90),
        reopened=sum(row[2] > 0 for row in rows),
        **{
            name: sum(bool(row[n]) for row in rows)
            for n, name in enumerate(("followed", "bought", "back", "angry"), 3)
        },
    )


def _counted(values: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return dict(sorted(found.items(), key=lambda one: -one[1]))
