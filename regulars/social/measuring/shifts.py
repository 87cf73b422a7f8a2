"""Whether a network changed how it treats our posts: a change-point test on standardised engagement. Pure NumPy.

The largest standardised difference of ranks before and after any point of the series (Pettitt 1979, Applied
Statistics 28, 126-135, with every split weighted alike). Ranks make it indifferent to single posts that ran wild, and
under "nothing changed" its distribution depends on the number of posts alone, so it is drawn once per number. It is
looked at again after every ten posts; each look may err so seldom that in 200 posts of an account fewer than one in
twenty series alarms without cause, whatever the tails. Waves (each post does a little like the one before it) are
corrected for; strong ones still alarm about once in ten series. tests/test_measuring_shifts.py counts all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, sqrt

import numpy as np

STEP, LEAST, MOST, EDGE = 10, 30, 120, 8
ALPHA = 0.003  # per look and series
DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """From post number `place` on: `ratio` of the engagement before, with a 95% interval."""

    place: int
    before: int
    after: int
    ratio: float
    low: float
    high: float
    chance: float


def looks(posts: int) -> bool:
    """Whether it is time to look: after every ten posts, and not before there are thirty."""
    return posts >= LEAST and posts % STEP == 0


def change_in(series: Sequence[float], *, among: int = 1) -> Change | None:
    """The change in a series of residuals, oldest first, if chance alone would show one like it less often than
    ALPHA; `among`: how many series of the account are looked at. Only the last 120 posts are read."""
    told = np.asarray(series, dtype=float)[-MOST:]
    told = told[len(told) % STEP :]
    if len(told) < LEAST:
        return None
    place, strength = _strongest(told)
    chance = float((null_of(len(told)) >= strength).mean())
    if chance >= ALPHA / among:
        return None
    first, second = told[:place], told[place:]
    centre = float(second.mean() - first.mean())
    error = sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    low, high = exp(centre - 1.96 * error), exp(centre + 1.96 * error)
    offset = len(series) - len(told)
    return Change(offset + place, len(first), len(second), exp(centre), low, high, max(chance, 1 / DRAWS))


def _strongest(told: np.ndarray) -> tuple[int, float]:
    ranks = told.argsort(kind="stable").argsort(kind="stable").astype(float)
    values = _splits(ranks[None, :])[0]
    place = int(values.argmax()) + EDGE
    like = _likeness(ranks, place)
    return place, float(values.max()) * sqrt((1 - like) / (1 + like))


def _likeness(ranks: np.ndarray, place: int) -> float:
    """How much a post does like the one before it (lag-one autocorrelation about the two means, corrected for its
    bias): waves that come and go look like changes, so they count less."""
    apart = np.concatenate([part - part.mean() for part in (ranks[:place], ranks[place:])])
    plain = float((apart[1:] * apart[:-1]).sum() / (apart**2).sum())
    return min(0.8, max(0.0, plain + (1 + 4 * max(0.0, plain)) / len(ranks)))


def _splits(ranks: np.ndarray) -> np.ndarray:
    """The standardised difference at every split that leaves eight posts on each side."""
    n = ranks.shape[1]
    sums = np.cumsum(ranks - (n - 1) / 2, axis=1)[:, EDGE - 1 : n - EDGE]
    k = np.arange(EDGE, n - EDGE + 1)
    return np.abs(sums) / np.sqrt(k * (n - k) / n * (n * (n + 1) / 12))


@lru_cache(maxsize=16)
def null_of(n: int) -> np.ndarray:
    """The statistic for `n` posts when nothing changed, drawn 20,000 times. Always the same draws."""
    random = np.random.default_rng(n)
    drawn = []
    for _part in range(20):
        ranks = random.permuted(np.tile(np.arange(n, dtype=float), (DRAWS // 20, 1)), axis=1)
        drawn.append(_splits(ranks).max(axis=1))
    return np.concatenate(drawn)
