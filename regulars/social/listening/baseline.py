"""How many people usually speak of a topic in this hour or day, and how surprising more of them are. Pure.

From two weeks of history on, the usual number is that of the hour of the week, smoothed by what is usual for the hour
of the day and the day of the week; counts scatter as a negative binomial (variance m + m²/k, k by moments), whose
spread includes how uncertain the usual number itself is. Before that it is the last three days' rate, Poisson with
the uncertainty of the rate. Past bursts are cut, so that yesterday's crisis does not make today's look normal.

Small shops are spoken of a few times a day, and their crisis is thirty people over a day, not in an hour: so the last
24 hours are compared with the 24 hours before them, and so on back, in the same way by the day of the week.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

WEEK, DAY = 168, 24  # hours
ENOUGH, LEAST, YOUNG = 2 * WEEK, 24, 72
DAYS_LEAST, DAYS_ENOUGH = 3, 14
AS_OFTEN = 2.0  # weeks that hour of the day and day of the week weigh together
CALM = 3.0  # times the ninth decile: no hour counts more in a first look
CUT = 4.0  # standard deviations above which an hour is a burst
RATE = 0.001  # of false discoveries among topics that are told
CONFIRMED = 0.05
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Usual:
    """`people` expected in this hour; `spread` is 1/k of the negative binomial."""

    people: float
    spread: float
    method: str  # week, young


@dataclass(frozen=True)
class Seen:
    """One topic now: people in the last hour or day, and in that of a day and a week ago (None: not listened yet)."""

    people: int
    yesterday: int | None
    last_week: int | None


def usual(history: Sequence[int], hours: Sequence[int], hour: int) -> Usual | None:
    """What is usual at `hour` of the week, after `history`: people per hour, and which hours of the week these were.

    None before a day of history: nothing can be said.
    """
    counts = np.asarray(history, dtype=float)
    if len(counts) < LEAST:
        return None
    if len(counts) < ENOUGH:
        return _young(counts[-YOUNG:])
    hours = np.asarray(hours)
    calm = np.minimum(counts, max(5.0, CALM * np.quantile(counts, 0.9)))
    first = _expected(calm, hours)[hours]
    cut = np.minimum(calm, np.ceil(first + CUT * np.sqrt(first + first**2 / 8 + 1)))
    expected = _expected(cut, hours) * _level(cut, _expected(cut, hours)[hours])
    known = max(cut[hours == hour].sum() + AS_OFTEN * expected[hour], 1.0)
    return Usual(max(float(expected[hour]), 0.02), _spread(cut, expected[hours]) + 1 / known, "week")


def usual_day(history: Sequence[int]) -> Usual | None:
    """What is usual for the next 24 hours after `history`: people in each 24 hours before, oldest first.

    None before three days: nothing can be said.
    """
    counts = np.asarray(history, dtype=float)
    if len(counts) < DAYS_LEAST:
        return None
    if len(counts) < DAYS_ENOUGH:
        return _young(counts[-7:])
    days = np.arange(len(counts), 0, -1) % 7
    calm = np.minimum(counts, max(5.0, CALM * np.median(counts)))
    expected = _means(calm, days, 7, calm.mean(), 4.0)
    level = float(np.clip((calm[-7:].sum() + 20) / (expected[days[-7:]].sum() + 20), 0.5, 3))
    known = max(calm[days == 0].sum() + 4 * expected[0], 1.0)
    return Usual(max(float(expected[0] * level), 0.1), _spread(calm, expected[days]) + 1 / known, "week")


def _young(counts: np.ndarray) -> Usual:
    """Gamma posterior of a rate (Jeffreys): a negative binomial with k = events + ½; and the scatter seen so far."""
    events = counts.sum() + 0.5
    rate = float(events / len(counts))
    return Usual(rate, float(1 / events) + _spread(counts, np.full(len(counts), rate)), "young")


def _expected(counts: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Per hour of the week: its own mean, drawn towards hour of the day times day of the week."""
    mean = max(counts.mean(), 1e-3)
    of_day = _means(counts, hours % DAY, DAY, mean, 3.0) / mean
    of_week = _means(counts, hours // DAY, 7, mean, 12.0) / mean
    prior = mean * np.tile(of_day, 7) * np.repeat(of_week, DAY)
    return _means(counts, hours, WEEK, prior, AS_OFTEN)


def _means(counts, groups, size: int, prior, weight: float) -> np.ndarray:
    total = np.bincount(groups, counts, size)
    times = np.bincount(groups, minlength=size)
    return (total + weight * prior) / (times + weight)


def _level(counts: np.ndarray, expected: np.ndarray) -> float:
    """How the last week compares with all: topics grow and fade. Drawn towards 1 by 50 people."""
    last = slice(-WEEK, None)
    return float(np.clip((counts[last].sum() + 50) / (expected[last].sum() + 50), 0.5, 3))


def _spread(counts: np.ndarray, expected: np.ndarray) -> float:
    over = ((counts - expected) ** 2 - expected).sum()
    return float(np.clip(over / max((expected**2).sum(), 1e-9), 0.0, 4.0))


def chance(people: int, now: Usual) -> float:
    """The probability of so many people or more by chance."""
    from scipy.stats import nbinom  # half a second to import

    k = 1 / max(now.spread, 1e-6)
    return float(nbinom.sf(people - 1, k, k / (k + now.people)))


def confirmed(people: int, before: int | None) -> bool:
    """Whether it is more than at that earlier hour, beyond chance (one-sided sign test of two Poisson counts)."""
    from scipy.stats import binom

    return before is None or float(binom.sf(people - 1, people + before, 0.5)) < CONFIRMED


def rising(
    seen: Mapping[Key, Seen], usuals: Mapping[Key, Usual], least: Mapping[Key, tuple[float, int]]
) -> dict[Key, float]:
    """{topic: chance} of those that rise: surprising among all topics (Benjamini-Hochberg, 1995), at least `least`
    (times the usual, people), and more than yesterday and last week at this time.
    """
    chances = {topic: chance(seen[topic].people, now) for topic, now in usuals.items()}
    passed = discoveries(chances, RATE)
    found = {}
    for topic in sorted(passed):
        one, (times, people) = seen[topic], least[topic]
        enough = one.people >= people and one.people >= times * usuals[topic].people
        if enough and confirmed(one.people, one.yesterday) and confirmed(one.people, one.last_week):
            found[topic] = chances[topic]
    return found


def discoveries(chances: Mapping[Key, float], rate: float) -> set[Key]:
    """The step-up procedure of Benjamini and Hochberg over all tests of one moment."""
    order = sorted(chances.items(), key=lambda one: one[1])
    most = max((n for n, (_, p) in enumerate(order, 1) if p <= rate * n / len(order)), default=0)
    return {topic for topic, _ in order[:most]}
