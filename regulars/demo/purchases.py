"""When people buy and for how much: drawn from the BG/NBD and the Gamma-Gamma, in seasonal time.

Seasons bend the clock, not the model: purchases are drawn in *shop time*, which runs faster on busy days and as
fast as the calendar on average over the whole period. So the true rates per week hold, and the weeks before
Christmas are busy all the same.
"""

from dataclasses import dataclass

import numpy as np

# time unit: the week; money: pounds
TRUE_PURCHASES = {"r": 0.55, "alpha": 7.0, "a": 0.75, "b": 2.8}
TRUE_SPEND = {"p": 6.0, "q": 4.0, "gamma": 24.0}
WEEKS = 156
DAY_US = 86_400_000_000
_BY_MONTH = np.array([0.95, 0.85, 0.95, 1.0, 1.05, 1.05, 1.0, 1.1, 1.0, 0.9, 1.0, 1.15])
_BY_WEEKDAY = np.array([0.85, 0.85, 0.9, 0.95, 1.1, 1.45, 0.9])  # from Monday


@dataclass(frozen=True, slots=True)
class Purchases:
    """Every order, in parallel arrays, ordered by person and time; and when each person left for good."""

    person: np.ndarray
    day: np.ndarray  # days since 1970
    amount: np.ndarray  # pence, what is paid
    left_day: np.ndarray  # per person; -1 = still a customer at the end


def draw(random: np.random.Generator, *, people: int, last_day: int) -> Purchases:
    """All purchases of `people` customers who came during the `WEEKS` up to `last_day`."""
    clock = _Clock(last_day)
    born = WEEKS * _arrivals(random, people)
    rate = random.gamma(TRUE_PURCHASES["r"], 1 / TRUE_PURCHASES["alpha"], people)
    stays = random.geometric(np.maximum(random.beta(TRUE_PURCHASES["a"], TRUE_PURCHASES["b"], people), 1e-9))
    person, when, left = [np.arange(people)], [born], np.full(people, -1.0)
    active, now, count = np.arange(people), born.copy(), 0
    while len(active):
        count += 1
        now[active] += random.exponential(1 / np.maximum(rate[active], 1e-9))
        active = active[now[active] <= WEEKS]
        person.append(active)
        when.append(now[active].copy())
        gone = stays[active] <= count
        left[active[gone]] = now[active[gone]]
        active = active[~gone]
    who, at = np.concatenate(person), np.concatenate(when)
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    left_day = np.where(left >= 0, clock.day(np.maximum(left, 0)), -1)
    return Purchases(who, clock.day(at), _amounts(random, who, people), left_day)


def _arrivals(random: np.random.Generator, people: int) -> np.ndarray:
    """Shares of the period at which people first buy: the shop grows by about half over three years."""
    growth = 0.4
    u = random.random(people)
    return (np.sqrt(1 + growth * (2 + growth) * u) - 1) / growth


def _amounts(random: np.random.Generator, person: np.ndarray, people: int) -> np.ndarray:
    """Pence per order: gamma around each person's own scale."""
    scale = random.gamma(TRUE_SPEND["q"], 1 / TRUE_SPEND["gamma"], people)
    pounds = random.gamma(TRUE_SPEND["p"], 1 / scale[person])
    return np.maximum(np.rint(pounds * 100), 50).astype(np.int64)


class _Clock:
    """From shop time (weeks since the start) to calendar days, by the cumulated busyness of days."""

    def __init__(self, last_day: int) -> None:
        self.first = last_day - WEEKS * 7 + 1
        days = np.arange(self.first, last_day + 1)
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
        busy = _BY_MONTH[month] * _BY_WEEKDAY[(days + 3) % 7]
        self.until = np.cumsum(busy) * WEEKS / busy.sum()

    def day(self, weeks: np.ndarray) -> np.ndarray:
        return self.first + np.minimum(np.searchsorted(self.until, weeks), len(self.until) - 1)
