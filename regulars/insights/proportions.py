"""Shares with their uncertainty."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Proportion:
    """`hits` of `trials`, with a 95% interval. `share`, `low` and `high` are between 0 and 1."""

    hits: int
    trials: int
    share: float
    low: float
    high: float


def wilson(hits: int, trials: int) -> Proportion | None:
    """The share with its score interval; Wilson (1927), JASA 22, 209-212. None without trials."""
    if trials <= 0:
        return None
    share, z2 = hits / trials, Z95 * Z95
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 * sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return Proportion(hits, trials, share, max(0.0, centre - half), min(1.0, centre + half))
