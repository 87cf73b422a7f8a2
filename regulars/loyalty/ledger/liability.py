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
Key = tuple[int, str, str]  # place of the month, funder, kind
STATES = ("spent", "expired", "clawed", "pending", "active", "held")
COHORTS = """SELECT {month}, l.funder, CASE WHEN l.cause = 'purchase' THEN 'sale' ELSE 'gift' END, {stage},
 sum(CASE WHEN v.state_from = 'granted' THEN v.amount ELSE 0 END), {sums}
 FROM loyalty_lotmove v JOIN loyalty_txn t ON t.id = v.txn_id JOIN loyalty_lot l ON l.id = v.lot_id
 WHERE l.programme_id = %s AND l.asset = 'points' AND l.granted_us >= %s AND l.granted_us < %s AND t.recorded_us < %s
 GROUP BY 1, 2, 3, 4"""
SALES = """SELECT month, funder, {stage}, sum(base_total - base_refunded) FROM (
 SELECT {month} AS month, l.funder, min(l.granted_us) AS granted_us, coalesce(o.base_total, 0) AS base_total,
  coalesce(o.base_refunded, 0) AS base_refunded
 FROM loyalty_lot l
 JOIN commerce_order o ON o.id = CASE WHEN l.origin LIKE 'order:%%' THEN CAST(substr(l.origin, 7) AS bigint) END
 WHERE l.programme_id = %s AND l.cause = 'purchase' AND l.granted_us >= %s AND l.granted_us < %s
  AND o.cancelled_us IS NULL
 GROUP BY 1, 2, o.id) AS sold GROUP BY 1, 2, 3"""


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
    (found,) = _cohorts_at(programme, [until], known)
    return found


def _cohorts_at(programme: Programme, moments: list[int], known: int | None = None) -> list[list[Cohort]]:
    """The cohorts at each of these moments, earliest first, by one look through the moves of lots."""
    months = months_of(programme.id, until=moments[-1])
    if not months:
        return [[] for _ in moments]
    sums, sold = _moved(programme, months, moments), _sold(programme, months, moments)
    rates, worth = _Rates(programme.id), Fraction(programme.worth_minor, programme.worth_points)
    found = []
    for stage, until in enumerate(moments):
        now = rates.at(until if known is None else known)
        begun = sorted(key for key in sums if months[key[0]].begins < until and any(sums[key][stage]))
        found.append([
            _cohort(months[key[0]].name, key, sums[key][stage], sold.get(key[:2], {}).get(stage, 0),
                    now, rates.at(min(months[key[0]].ends, until)), worth)
            for key in begun
        ])  # fmt: skip
    return found


def _moved(programme: Programme, months: list[Month], moments: list[int]) -> dict[Key, list[list[int]]]:
    """{(month, funder, kind): for each moment issued and the six states}."""
    states = ", ".join(
        f"sum(CASE WHEN v.state_to = '{s}' THEN v.amount WHEN v.state_from = '{s}' THEN -v.amount ELSE 0 END)"
        for s in STATES
    )
    sql = COHORTS.format(month=_which("l.granted_us", months), stage=_stage("t.recorded_us", moments), sums=states)
    found: dict[Key, list[list[int]]] = {}
    params = [programme.id, months[0].begins, months[-1].ends, moments[-1]]
    for month, funder, kind, since, *amounts in bulk.query(sql, params):
        sums = found.setdefault((month, funder, kind), [[0] * len(amounts) for _ in moments])
        for later in sums[since:]:
            later[:] = [known + int(more) for known, more in zip(later, amounts, strict=True)]
    return found


def _sold(programme: Programme, months: list[Month], moments: list[int]) -> dict[tuple[int, str], dict[int, int]]:
    """{(month, funder): {moment: what the orders that points were given for came to, without what was returned}}."""
    sql = SALES.format(month=_which("l.granted_us", months), stage=_stage("granted_us", moments))
    found: dict[tuple[int, str], dict[int, int]] = {}
    last = min(months[-1].ends, moments[-1])
    for month, funder, since, total in bulk.query(sql, [programme.id, months[0].begins, last]):
        sums = found.setdefault((month, funder), {})
        for stage in range(since, len(moments)):
            sums[stage] = sums.get(stage, 0) + int(total)
    return found


def _which(column: str, months: list[Month], first: int = 0) -> str:
    """SQL: the place of a moment's month, found by halves; a join with the months compares each with all of them."""
    if len(months) == 1:
        return str(first)
    half = len(months) // 2
    early, late = _which(column, months[:half], first), _which(column, months[half:], first + half)
    return f"CASE WHEN {column} < {months[half].begins} THEN {early} ELSE {late} END"


def _stage(column: str, moments: list[int]) -> str:
    """SQL: the first of these moments that something had happened by."""
    earlier = " ".join(f"WHEN {column} < {moment} THEN {n}" for n, moment in enumerate(moments[:-1]))
    return f"CASE {earlier} ELSE {len(moments) - 1} END" if earlier else "0"


def _cohort(
    month: str, key: Key, sums: list[int], sales: int, rate: Fraction, first: Fraction, worth: Fraction
) -> Cohort:
    _place, funder, kind = key
    issued, used, expired, clawed, pending, active, held = sums
    return Cohort(month, funder, kind, issued, used, expired, clawed, pending, active, held,
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
    return journal(month, *_cohorts_at(programme, [begins, ends]))


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
