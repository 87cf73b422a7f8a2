"""Members beside similar people who were none: coarsened exact matching. Pure.

For each month, those who came in that month stand beside those who had not come by the end of the 91 days after it.
They are alike when the days since the last purchase, the number of purchases and the amount of the year before fall
into the same classes. The difference is weighted by the members in each class (the effect on those who joined:
Iacus, King and Porro, Political Analysis 20, 2012). Who has nobody alike is left out and counted. It is no proof:
joining may be a sign of what one was going to do anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

AFTER_DAYS = 91
RECENCY = (7, 30, 90, 180)
FREQUENCY = (1, 2, 4, 9)
Z = 1.96


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
    """The difference per member in 91 days, with its 95 % interval; `matched` of `came` had somebody alike."""

    came: int
    matched: int
    alike: int
    theirs: float
    others: float
    difference: float
    low: float
    high: float


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
    """Members beside people alike, by `outcome` ("bought_after", "spent_after"); None when nobody is alike."""
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
