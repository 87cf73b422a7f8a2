"""Best hours to publish, learnt from own results. Pure NumPy.

Each post speaks for its hour and a little for the hours beside it, fully for its weekday, half for the other days of
its kind (working day, weekend), little for the rest. Against that stands a prior worth four posts: the hours at which
customers are up and about (orders, answers); where nothing is known of those, no hour is better than another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, exp, log, sqrt

import numpy as np

PRIOR = 4.0
WIDTH = 1.5  # hours
LEAST = 0.3  # variance of a single post, at least
APART = 3
SWING = 0.5  # how far the prior may lean: a factor of 1.65


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week (0 = Monday 0:00). `gain`: against the average hour, with a 95% interval; `sure`: how
    likely it is better than that; `posts`: how many speak for it."""

    hour: int
    gain: float
    low: float
    high: float
    sure: float
    posts: float

    @property
    def weekday(self) -> int:
        return self.hour // 24

    @property
    def clock(self) -> str:
        return f"{self.hour % 24:02d}:00"

    @property
    def says(self) -> str:
        """known, likely, or guess: how much own results stand behind it."""
        return "guess" if self.posts < 2 else "known" if self.sure > 0.95 else "likely" if self.sure > 0.8 else "open"


def hour_of(local: str) -> int:
    """The hour of the week of "2026-03-31T18:00"."""
    from datetime import datetime

    moment = datetime.fromisoformat(local)
    return moment.weekday() * 24 + moment.hour


def prior(active: Sequence[int]) -> np.ndarray:
    """What the hours at which customers do something (168 counts) let us expect, before own results."""
    counts = np.asarray(active, dtype=float)
    if counts.shape != (168,) or counts.sum() < 168:
        return np.zeros(168)
    smooth = sum(np.roll(counts, n) * w for n, w in ((-1, 0.25), (0, 0.5), (1, 0.25)))
    lean = 0.3 * np.log((smooth + 1) / (smooth.mean() + 1))
    lean = np.clip(lean, -SWING, SWING)
    return lean - lean.mean()


def weigh(hours: Sequence[int], better: Sequence[float], active: Sequence[int] = ()) -> list[Hour]:
    """All 168 hours, judged. `better`: how much better than usual each post did (a logarithm)."""
    before = prior(active)
    told = np.asarray(better, dtype=float)
    variance = max(LEAST, float(told.var(ddof=1))) if len(told) > 1 else 1.0
    near = _near(np.asarray(hours, dtype=int))
    heard = near.sum(axis=1) if len(told) else np.zeros(168)
    centre = (PRIOR * before + (near @ told if len(told) else 0)) / (PRIOR + heard)
    spread = np.sqrt(variance / (PRIOR + heard))
    centre = centre - centre.mean()
    return [_hour(hour, float(centre[hour]), float(spread[hour]), float(heard[hour])) for hour in range(168)]


def _near(hours: np.ndarray) -> np.ndarray:
    """How much each post (columns) says about each hour of the week (rows)."""
    week = np.arange(168)
    gap = np.abs((week % 24)[:, None] - (hours % 24)[None, :])
    gap = np.minimum(gap, 24 - gap)
    days, own = (week // 24)[:, None], (hours // 24)[None, :]
    kind = np.where(days == own, 1.0, np.where((days > 4) == (own > 4), 0.5, 0.15))
    return kind * np.exp(-0.5 * (gap / WIDTH) ** 2)


def _hour(hour: int, centre: float, spread: float, posts: float) -> Hour:
    sure = 0.5 * (1 + erf(centre / spread / sqrt(2)))
    return Hour(hour, exp(centre), exp(centre - 1.96 * spread), exp(centre + 1.96 * spread), sure, posts)


def best(judged: Sequence[Hour], *, most: int = 5) -> list[Hour]:
    """The best hours, at least three hours apart on one day; what chance could explain counts less."""
    found: list[Hour] = []
    for one in sorted(judged, key=lambda one: -(log(one.low) + log(one.gain))):
        if len(found) == most or log(one.gain) <= 0:
            break
        if all(one.weekday != other.weekday or abs(one.hour - other.hour) >= APART for other in found):
            found.append(one)
    return found
