"""How well cases are answered, and what became of the people: counts and times, per kind, over a stretch of time.

Times are business hours, by the clocks of the desk as it is set now. What somebody bought after a case is set beside
people whose case was never closed; that is no proof, for cases are not closed by chance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median, quantiles

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.inbox import clocks
from regulars.inbox.kinds import ERASED, kind_of
from regulars.inbox.models import Case
from regulars.inbox.queries import hours_of_desk

MOST = 20_000


@dataclass(frozen=True)
class Measured:
    """Of cases opened in the time: `promised` had a due time that has come, `in_time` of them were answered before.

    `first_us` and `first_p90_us` are business time until the first answer. `again`, `of`: people who bought within
    the days after, of closed and of unclosed cases whose days are over.
    """

    opened: int
    closed: int
    answered: int
    promised: int
    in_time: int
    good: int
    outcomes: dict[str, int]
    first_us: int | None
    first_p90_us: int | None
    again_closed: int
    of_closed: int
    again_open: int
    of_open: int
    days: int


def measured(*, kind: str = "", since: int, at: int, days: int = 60, own: bool = False) -> Measured:
    """The figures of cases opened since then (the newest 20,000). `own`: of those the house opened itself alone."""
    found = Case.objects.filter(opened_us__gte=since).exclude(outcome=ERASED)
    found = found.filter(account_id=None) if own else found
    found = found.filter(kind=kind) if kind else found
    cases = list(found.order_by("-opened_us", "-id")[:MOST])
    answered = [case for case in cases if _first(case) is not None]
    promised = [case for case in cases if case.due_us is not None and (case.due_us <= at or _first(case) is not None)]
    hours = hours_of_desk()
    times = sorted(clocks.elapsed(since=case.opened_us, until=_first(case), hours=hours) for case in answered)
    again = _bought_again(cases, days * DAY, at)
    return Measured(
        opened=len(cases),
        closed=sum(case.closed_us is not None for case in cases),
        answered=len(answered),
        promised=len(promised),
        in_time=sum(_first(case) is not None and _first(case) <= case.due_us for case in promised),
        good=sum(case.outcome in kind_of(case.kind).good for case in cases),
        outcomes=dict(Counter(case.outcome for case in cases if case.outcome).most_common()),
        first_us=round(median(times)) if times else None,
        first_p90_us=round(quantiles(times, n=10, method="inclusive")[-1]) if len(times) > 1 else None,
        **again,
        days=days,
    )


def _first(case: Case) -> int | None:
    """When it was first answered; closing without a word counts as answering."""
    known = [moment for moment in (case.first_us, case.closed_us) if moment is not None]
    return min(known) if known else None


def _bought_again(cases: list[Case], within: int, at: int) -> dict[str, int]:
    """People with an order in so long after the case was opened; only those whose time is over."""
    over = [case for case in cases if case.node_id is not None and case.opened_us + within <= at]
    rows = [(case.id, case.node_id, case.opened_us, case.opened_us + within) for case in over]
    table, params = bulk.table({"id": "bigint", "node": "bigint", "since": "bigint", "until": "bigint"}, rows)
    bought = {
        id_
        for (id_,) in bulk.query(
            f"SELECT DISTINCT v.id FROM {table} JOIN people_node p ON p.id = v.node JOIN people_node n"
            " ON n.person_id = p.person_id JOIN commerce_order o ON o.node_id = n.id AND o.ts > v.since"
            " AND o.ts <= v.until AND o.cancelled_us IS NULL",
            params,
        )
    }
    closed = {case.id for case in over if case.closed_us is not None}
    return {
        "again_closed": len(bought & closed),
        "of_closed": len(closed),
        "again_open": len(bought - closed),
        "of_open": len(over) - len(closed),
    }
