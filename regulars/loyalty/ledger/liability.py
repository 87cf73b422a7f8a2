"""What is owed in points: monthly cohorts as they stood at any moment, estimates with history, journal lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from regulars.core import bulk
from regulars.core.jobs import job
from regulars.core.models import Business
from regulars.loyalty import days
from regulars.loyalty.ledger.accounting import Cohort, JournalLine, journal
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.models import Estimate, LiabilityReport, Programme
from regulars.team.actions import audit

MILLION = 1_000_000
STATES = ("spent", "expired", "clawed", "pending", "active", "held")
COHORTS = """SELECT m.month, l.funder, CASE WHEN l.cause = 'purchase' THEN 'sale' ELSE 'gift' END AS kind,
 sum(CASE WHEN v.state_from = 'granted' THEN v.amount ELSE 0 END), {sums}
 FROM loyalty_lotmove v JOIN loyalty_txn t ON t.id = v.txn_id JOIN loyalty_lot l ON l.id = v.lot_id
 JOIN {months} ON l.granted_us >= m.begins AND l.granted_us < m.ends
 WHERE l.programme_id = %s AND l.asset = 'points' AND t.recorded_us < %s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
SALES = """SELECT month, funder, sum(base_total - base_refunded) FROM (
 SELECT DISTINCT m.month, l.funder, o.id, coalesce(o.base_total, 0) AS base_total,
  coalesce(o.base_refunded, 0) AS base_refunded
 FROM loyalty_lot l JOIN {months} ON l.granted_us >= m.begins AND l.granted_us < m.ends
 JOIN commerce_order o ON o.id = CASE WHEN l.origin LIKE 'order:%%' THEN CAST(substr(l.origin, 7) AS bigint) END
 WHERE l.programme_id = %s AND l.cause = 'purchase' AND l.granted_us < %s AND o.cancelled_us IS NULL) AS sold
 GROUP BY 1, 2"""


@dataclass(frozen=True)
class Month:
    """A month of the business: its first instant and that of the next."""

    name: str
    begins: int
    ends: int


def estimate(*, programme_id: int, percent: int, why: str, by: str, at: int) -> None:
    """From now on so many points of a hundred are expected to be used. Earlier estimates stay on record. Audited."""
    if not 1 <= percent <= 100:
        raise CannotPost("Between 1 and 100 of a hundred points will be used.")
    if not why.strip():
        raise CannotPost("Say what the estimate rests on: the auditor will ask.")
    Estimate.objects.create(programme_id=programme_id, ppm=percent * 10_000, why=why.strip()[:300], by=by, at=at)
    audit(by=by, act="points.estimate", object=f"programme:{programme_id}", details={"percent": percent}, at=at)


def cohorts(programme: Programme, *, until: int, known: int | None = None) -> list[Cohort]:
    """All months as they stood at `until`, oldest first; with the estimates known at `known` (then, if not given)."""
    months = months_of(programme.id, until=until)
    if not months:
        return []
    table, params = bulk.table(
        {"month": "text", "begins": "bigint", "ends": "bigint"},
        [(m.name, m.begins, m.ends) for m in months],
        alias="m",
    )
    sums = ", ".join(
        f"sum(CASE WHEN v.state_to = '{s}' THEN v.amount WHEN v.state_from = '{s}' THEN -v.amount ELSE 0 END)"
        for s in STATES
    )
    rows = bulk.query(COHORTS.format(sums=sums, months=table), [*params, programme.id, until])
    sold = {
        (month, funder): int(total)
        for month, funder, total in bulk.query(SALES.format(months=table), [*params, programme.id, until])
    }
    rates = _Rates(programme.id)
    now = rates.at(until if known is None else known)
    ends = {month.name: month.ends for month in months}
    worth = Fraction(programme.worth_minor, programme.worth_points)
    return [
        _cohort(row, sold.get((row[0], row[1]), 0), now, rates.at(min(ends[row[0]], until)), worth) for row in rows
    ]


def _cohort(row: tuple, sales: int, rate: Fraction, first: Fraction, worth: Fraction) -> Cohort:
    month, funder, kind, issued, *states = row
    used, expired, clawed, pending, active, held = map(int, states)
    return Cohort(month, funder, kind, int(issued), used, expired, clawed, pending, active, held,
                  sales if kind == "sale" else 0, rate, first, worth)  # fmt: skip


class _Rates:
    """The estimates, oldest first. Before the first one all points are expected to be used."""

    def __init__(self, programme_id: int) -> None:
        rows = Estimate.objects.filter(programme_id=programme_id).order_by("at", "id")
        self.rows = list(rows.values_list("at", "ppm"))

    def at(self, moment: int) -> Fraction:
        known = [ppm for at, ppm in self.rows if at <= moment]
        return Fraction(known[-1], MILLION) if known else Fraction(1)


def months_of(programme_id: int, *, until: int) -> list[Month]:
    """The months since the first points."""
    first = bulk.query(
        "SELECT min(granted_us) FROM loyalty_lot WHERE programme_id = %s AND granted_us < %s", [programme_id, until]
    )[0][0]
    return [] if first is None else months_between(first, until)


def months_between(first: int, until: int) -> list[Month]:
    """The months of the business's calendar from the one of `first` to that of `until`."""
    zone = ZoneInfo(Business.load().timezone)
    start = days.day_of(first, zone).replace(day=1)
    found: list[Month] = []
    while (begins := days.begins(start, zone)) < until:
        following = days.months_later(start, 1)
        found.append(Month(start.isoformat()[:7], begins, days.begins(following, zone)))
        start = following
    return found


def journal_of(programme: Programme, month: str) -> list[JournalLine]:
    """The bookings of a month ("2026-03"). Raises ValueError for what is no month."""
    zone = ZoneInfo(Business.load().timezone)
    first = date.fromisoformat(f"{month}-01")
    begins, ends = days.begins(first, zone), days.begins(days.months_later(first, 1), zone)
    return journal(month, cohorts(programme, until=begins), cohorts(programme, until=ends))


@job(lane="long")
def report_liability(*, at: int) -> None:
    """Count what is owed for the page; every programme that runs."""
    for programme in Programme.objects.filter(ended_us=None):
        rows = [shown(one) for one in cohorts(programme, until=at)]
        LiabilityReport.objects.create(programme_id=programme.id, at=at, rows=rows)


def shown(one: Cohort) -> dict:
    """A cohort ready for JSON."""
    plain = {name: value for name, value in asdict(one).items() if not isinstance(value, Fraction)}
    return plain | {
        "outstanding": one.outstanding,
        "allocated": one.allocated,
        "per_point": float(one.per_point),
        "rate": float(one.rate),
        "first_rate": float(one.first_rate),
        "to_date": one.to_date,
        "deferred": one.deferred,
    }
