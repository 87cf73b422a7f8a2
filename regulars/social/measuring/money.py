"""Orders and turnover from social, by objective and month, beside what was spent. Read-only.

An order counts for the last link of ours that the person followed before it, within the shop's window of days. The
sums of orders are random: their number by Poisson, their turnover by the compound Poisson (variance: the sum of the
squares of the amounts), so each share of money carries an interval. That an order came after a click does not prove
that it came because of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.social.models import Cost, Drive, Plan

Z95 = 1.959963984540054
ATTRIBUTED = """
SELECT id, day, minor, plan_id, account_id, person_id FROM (
  SELECT o.id, o.day, o.base_total - coalesce(o.base_refunded, 0) AS minor, e.plan_id, e.account_id, n.person_id,
    row_number() OVER (PARTITION BY o.id ORDER BY e.at DESC, e.id DESC) AS place
  FROM social_engaged e JOIN people_node c ON c.id = e.node_id JOIN people_node n ON n.person_id = c.person_id
  JOIN commerce_order o ON o.node_id = n.id AND o.ts >= e.at AND o.ts < e.at + %s
  WHERE e.kind = 'click' AND e.at >= %s AND e.at < %s AND o.cancelled_us IS NULL AND o.base_total IS NOT NULL) AS x
WHERE place = 1 ORDER BY id"""


@dataclass(frozen=True, slots=True)
class Bought:
    """An order that came after a link of ours was followed."""

    order_id: int
    day: int
    minor: int
    plan_id: int
    account_id: int
    person_id: int

    @property
    def month(self) -> str:
        return date.fromordinal(date(1970, 1, 1).toordinal() + self.day).isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Sum:
    """Orders and turnover (minor units) with 95% intervals."""

    orders: int
    orders_low: float
    orders_high: float
    minor: int
    low: float
    high: float

    def per(self, cost: int) -> tuple[float, float, float] | None:
        """Turnover per unit of money spent: (estimate, low, high); None when nothing was."""
        return (self.minor / cost, self.low / cost, self.high / cost) if cost > 0 else None


def bought(*, since: int, until: int, window_days: int) -> list[Bought]:
    """Every order that counts as from social: the click lies between `since` and `until`."""
    rows = bulk.query(ATTRIBUTED, [window_days * DAY, since, until])
    return [Bought(*row) for row in rows]


def total(amounts: Iterable[int]) -> Sum:
    """The sum of what was bought, with its intervals."""
    from scipy.special import gammaincinv

    some = list(amounts)
    n, minor, spread = len(some), sum(some), Z95 * sqrt(sum(amount * amount for amount in some))
    low = float(gammaincinv(n, 0.025)) if n else 0.0
    return Sum(n, low, float(gammaincinv(n + 1, 0.975)), minor, max(0.0, minor - spread), minor + spread)


def objectives(plan_ids: Iterable[int]) -> dict[int, str]:
    """{plan: retain, acquire or nothing said}: its own word, else its campaign's."""
    drives = dict(Drive.objects.values_list("id", "objective"))
    rows = Plan.objects.filter(id__in=set(plan_ids)).values_list("id", "objective", "drive_id")
    return {number: said or drives.get(drive, "") for number, said, drive in rows}


@dataclass(frozen=True, slots=True)
class Line:
    """One month and objective: what was spent, and what came after links of posts for it."""

    month: str
    objective: str
    spent: int
    came: Sum
    people: int
    per: tuple[float, float, float] | None


def by_month(orders: Sequence[Bought], *, months: Sequence[str]) -> list[Line]:
    """Newest month first; objectives with neither cost nor order are left out."""
    of, groups = objectives(one.plan_id for one in orders), defaultdict(list)
    for one in orders:
        groups[one.month, of.get(one.plan_id, "")].append(one)
    costs: dict[tuple[str, str], int] = defaultdict(int)
    for month, objective, minor in Cost.objects.filter(month__in=months).values_list("month", "objective", "minor"):
        costs[month, objective] += minor
    keys = [(month, objective) for month in sorted(months, reverse=True) for objective in ("retain", "acquire", "")]
    return [_line(key, costs[key], groups[key]) for key in keys if costs[key] or groups[key]]


def _line(key: tuple[str, str], spent: int, some: Sequence[Bought]) -> Line:
    came = total(one.minor for one in some)
    return Line(*key, spent, came, len({one.person_id for one in some}), came.per(spent))
