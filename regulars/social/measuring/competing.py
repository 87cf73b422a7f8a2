"""Formats compete: what a network rewards now, per format, with its uncertainty. Pure NumPy.

A post's figure is the logarithm of its reactions per view (where the network tells views) or per post. Means of
formats are drawn towards the mean of all (normal hierarchy; between-format variance by DerSimonian and Laird 1986,
Controlled Clinical Trials 7, 177-188, and at least 0.04: formats do differ), so three lucky videos do not win. Posts
of long ago count less: half after 60 days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from regulars.core.clock import DAY

HALF_US = 60 * DAY
LEAST_BETWEEN = 0.04
LEAST_WITHIN = 0.05
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Shown:
    """A post that is there: how many reacted, how many saw it (None: the network does not say), when."""

    account_id: int
    format: str
    at: int
    engaged: int
    reach: int | None = None
    plan_id: int = 0
    local: str = ""


@dataclass(frozen=True, slots=True)
class Rewarded:
    """A typical post of a format: reactions per 1,000 views or per post, with a 95% interval."""

    format: str
    posts: int
    typical: float
    low: float
    high: float
    against_all: float
    sure: float

    @property
    def says(self) -> str:
        """better, worse or open: whether chance alone could be behind it."""
        return "better" if self.sure > 0.95 else "worse" if self.sure < 0.05 else "open"


def per_view(posts: Sequence[Shown]) -> bool:
    """Whether views are known for most posts: then reactions are counted per view."""
    return sum(1 for one in posts if one.reach) * 2 > len(posts)


def figures(posts: Sequence[Shown]) -> np.ndarray:
    """The logarithm of each post's reactions: per view, or per post."""
    views = per_view(posts)
    return np.array([log((one.engaged + 0.5) / ((one.reach or 0) + 1 if views else 1)) for one in posts])


def compete(posts: Sequence[Shown], *, at: int) -> list[Rewarded]:
    """The formats of one account, what is rewarded most first. Posts without a view count are left out where views
    are counted."""
    views = per_view(posts)
    some = [one for one in posts if one.reach or not views]
    if len(some) < 2:
        return []
    told, weight = figures(some), np.array([0.5 ** (max(0, at - one.at) / HALF_US) for one in some])
    groups: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(some):
        groups[one.format].append(place)
    return _ranked(groups, told, weight, 1000 if views else 1)


def _ranked(groups: dict[str, list[int]], told: np.ndarray, weight: np.ndarray, scale: int) -> list[Rewarded]:
    means = {name: float(np.average(told[some], weights=weight[some])) for name, some in groups.items()}
    counts = {name: float(weight[some].sum() ** 2 / (weight[some] ** 2).sum()) for name, some in groups.items()}
    within = _within(groups, told, weight, means)
    between, grand, error = _between(means, counts, within)
    found = []
    for name, some in groups.items():
        share = between / (between + within / counts[name])
        centre = share * means[name] + (1 - share) * grand
        spread = (share * within / counts[name] + (1 - share) ** 2 * error) ** 0.5
        apart = (share**2 * within / counts[name] + share**2 * error) ** 0.5 if len(groups) > 1 else 1.0
        sure = _normal((centre - grand) / apart) if len(groups) > 1 else 0.5
        low, high = (scale * exp(centre + sign * Z95 * spread) for sign in (-1, 1))
        found.append(Rewarded(name, len(some), scale * exp(centre), low, high, exp(centre - grand), sure))
    return sorted(found, key=lambda one: -one.typical)


def _within(groups: dict[str, list[int]], told: np.ndarray, weight: np.ndarray, means: dict[str, float]) -> float:
    """How much posts of one format differ among themselves."""
    squares = sum(float((weight[some] * (told[some] - means[name]) ** 2).sum()) for name, some in groups.items())
    free = float(weight.sum()) * (1 - len(groups) / max(len(told), len(groups) + 1))
    return max(LEAST_WITHIN, squares / free) if free > 0 else 1.0


def _between(means: dict[str, float], counts: dict[str, float], within: float) -> tuple[float, float, float]:
    """(variance between formats, mean of all formats, its variance)."""
    precise = np.array([counts[name] / within for name in means])
    values = np.array(list(means.values()))
    fixed = float((precise * values).sum() / precise.sum())
    spread = float((precise * (values - fixed) ** 2).sum()) - (len(values) - 1)
    scale = float(precise.sum() - (precise**2).sum() / precise.sum())
    between = max(LEAST_BETWEEN, spread / scale if scale > 0 else 0.0)
    weights = 1 / (between + 1 / precise)
    return between, float((weights * values).sum() / weights.sum()), float(1 / weights.sum())


def _normal(z: float) -> float:
    from math import erf, sqrt

    return 0.5 * (1 + erf(z / sqrt(2)))


def residuals(posts: Sequence[Shown], *, at: int) -> np.ndarray:
    """How much better each post did than is usual for its format: what hours and changes are read from."""
    told = figures(posts)
    usual = {one.format: log(one.typical / (1000 if per_view(posts) else 1)) for one in compete(posts, at=at)}
    mean = float(told.mean()) if len(told) else 0.0
    return np.array([value - usual.get(one.format, mean) for value, one in zip(told, posts, strict=True)])
