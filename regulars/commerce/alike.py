"""Buyers who came to something beside buyers who were alike and had not: coarsened exact matching.

For each month, those who came in that month stand beside those who had not come by the end of the 91 days after it.
They are alike when the days since the last purchase, the number of purchases and the amount of the year before fall
into the same classes. The difference is weighted by those who came in each class (the effect on those who came:
Iacus, King and Porro, Political Analysis 20, 2012). Who has nobody alike is left out and counted. It is no proof:
coming may be a sign of what one was going to do anyway.

Rooms say who came and when by a SELECT of (person_id, us); members of the programme and people who engage on networks
are told by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from regulars.core import bulk
from regulars.core.clock import from_us, to_us

AFTER_DAYS = 91
RECENCY = (7, 30, 90, 180)
FREQUENCY = (1, 2, 4, 9)
Z = 1.96
UNIX_DAY = date(1970, 1, 1).toordinal()
SEEN = """
WITH came AS ({came}),
bought AS (
  SELECT n.person_id, max(CASE WHEN o.day < %s THEN o.day END) AS last,
    sum(CASE WHEN o.day < %s THEN 1 ELSE 0 END) AS orders,
    sum(CASE WHEN o.day < %s THEN o.base_total - coalesce(o.base_refunded, 0) ELSE 0 END) AS spent,
    max(CASE WHEN o.day >= %s THEN 1 ELSE 0 END) AS bought_after,
    sum(CASE WHEN o.day >= %s THEN o.base_total - coalesce(o.base_refunded, 0) ELSE 0 END) AS spent_after
  FROM commerce_order o JOIN people_node n ON n.id = o.node_id
  WHERE o.cancelled_us IS NULL AND o.base_total IS NOT NULL AND n.person_id IS NOT NULL
    AND o.day >= %s AND o.day < %s
  GROUP BY n.person_id)
SELECT CASE WHEN c.us IS NOT NULL THEN 1 ELSE 0 END, coalesce(%s - b.last, 9999), b.orders, CAST(b.spent AS BIGINT),
  b.bought_after, CAST(b.spent_after AS BIGINT)
FROM bought b LEFT JOIN came c ON c.person_id = b.person_id
WHERE b.orders > 0 AND (c.us IS NULL OR c.us >= %s AND c.us < %s OR c.us >= %s)"""


class Seen(NamedTuple):
    """One person in one month: came in it or not, the year before, and the 91 days after."""

    month: int
    came: bool
    days_since: int
    orders: int
    spent: int
    bought_after: int
    spent_after: int


@dataclass(frozen=True)
class Beside:
    """The difference per person in 91 days, with its 95 % interval; `matched` of `came` had somebody alike."""

    came: int
    matched: int
    alike: int
    theirs: float
    others: float
    difference: float
    low: float
    high: float


def seen_in(*, came: str, params: Sequence[Any], begin: int, end: int, zone: ZoneInfo) -> list[Seen]:
    """Everybody who had bought in the year before `end`: who came in [begin, end), and who had not come yet when the
    91 days after it were over. `came` with its `params` is a SELECT of (person_id, us): when each came first."""
    cut = from_us(end).astimezone(zone).date()
    day = cut.toordinal() - UNIX_DAY
    after = cut + timedelta(days=AFTER_DAYS)
    over = to_us(datetime(after.year, after.month, after.day, tzinfo=zone))
    rows = bulk.query(
        SEEN.format(came=came), [*params, *[day] * 5, day - 365, day + AFTER_DAYS, day, begin, end, over]
    )
    return [Seen(day, bool(one), *rest) for one, *rest in rows]


def classes_of(seen: Seen, money: Sequence[int]) -> tuple[int, ...]:
    """The class of somebody; who bought nothing in the year before is a class of its own."""
    if not seen.orders:
        return (seen.month,)
    return (seen.month, _class(seen.days_since, RECENCY), _class(seen.orders, FREQUENCY), _class(seen.spent, money))


def _class(value: int, bounds: Sequence[int]) -> int:
    return sum(1 for bound in bounds if value > bound)


def fifths(amounts: Iterable[int]) -> tuple[int, ...]:
    """Four bounds that cut amounts into fifths."""
    ordered = sorted(amounts)
    return tuple(ordered[len(ordered) * n // 5] for n in range(1, 5)) if ordered else ()


def compare(everybody: Sequence[Seen], outcome: str) -> Beside | None:
    """Who came beside people alike, by `outcome` ("bought_after", "spent_after"); None when nobody is alike."""
    money = fifths(seen.spent for seen in everybody if seen.came and seen.orders)
    groups: dict[tuple[int, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for seen in everybody:
        groups[classes_of(seen, money)][0 if seen.came else 1].append(getattr(seen, outcome))
    pairs = [(came, others) for came, others in groups.values() if came and others]
    came = sum(1 for seen in everybody if seen.came)
    matched = sum(len(theirs) for theirs, _ in pairs)
    if not matched:
        return None
    weights = [len(theirs) / matched for theirs, _ in pairs]
    theirs = sum(w * _mean(a) for w, (a, _) in zip(weights, pairs, strict=True))
    others = sum(w * _mean(b) for w, (_, b) in zip(weights, pairs, strict=True))
    error = sqrt(sum(w * w * (_error(a) + _error(b)) for w, (a, b) in zip(weights, pairs, strict=True)))
    alike = sum(len(b) for _, b in pairs)
    low, high = theirs - others - Z * error, theirs - others + Z * error
    return Beside(came, matched, alike, theirs, others, theirs - others, low, high)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _error(values: Sequence[int]) -> float:
    """The variance of the mean; of a single value it is not known and its square is taken, to be careful."""
    mean = _mean(values)
    if len(values) == 1:
        return mean * mean
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values)
