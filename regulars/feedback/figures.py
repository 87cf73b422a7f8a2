"""Scores with their uncertainty. Pure, no database. NPS is in points, -100 to 100; shares are 0 to 1.

Adjusted Wald for NPS: add three answers, three quarters of one to promoters and to detractors each (Rocks 2016, The
American Statistician 70, 365-372); its variance is p + d - (p - d)^2 over n. Wilson (1927) for shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Figure:
    """A value with its 95% interval, and from how many answers."""

    value: float
    low: float
    high: float
    n: float

    @property
    def margin(self) -> float:
        """Half the length of the interval."""
        return (self.high - self.low) / 2


def part_of(kind: str, score: int) -> str:
    """promoter (9-10), passive (7-8), detractor (0-6); for CSAT satisfied (4-5), neutral (3), unsatisfied (1-2)."""
    if kind == "nps":
        return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    return "satisfied" if score >= 4 else "neutral" if score == 3 else "unsatisfied"


def nps(promoters: float, passives: float, detractors: float, *, listed: int | None = None) -> Figure | None:
    """NPS with its adjusted-Wald interval. `listed`: the size of the finite list the answers come from.

    The value is of the answers as they are, the interval around the adjusted one. None without answers.
    """
    n = promoters + passives + detractors
    if n <= 0:
        return None
    centre, error = _adjusted(promoters, detractors, n)
    half = Z95 * error * finite(n, listed)
    low, high = max(-1.0, centre - half), min(1.0, centre + half)
    value = (promoters - detractors) / n
    if listed is not None and n >= listed:  # everybody answered: nothing is left to chance
        low = high = value
    return Figure(100 * value, 100 * min(low, value), 100 * max(high, value), n)


def _adjusted(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """(centre, standard error) after adding three answers."""
    p, d, more = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3), n + 3
    return p - d, sqrt((p + d - (p - d) ** 2) / more)


def nps_wald(promoters: float, passives: float, detractors: float) -> Figure | None:
    """The plain interval, as most tables print it: too narrow for small n."""
    n = promoters + passives + detractors
    if n <= 0:
        return None
    p, d = promoters / n, detractors / n
    half = 100 * Z95 * sqrt((p + d - (p - d) ** 2) / n)
    return Figure(100 * (p - d), 100 * (p - d) - half, 100 * (p - d) + half, n)


def nps_difference(now: tuple[float, float, float], before: tuple[float, float, float]) -> Figure | None:
    """By how much two independent groups (promoters, passives, detractors) differ; squared errors add."""
    if not sum(now) or not sum(before):
        return None
    (a, error_a), (b, error_b) = (_adjusted(x[0], x[2], sum(x)) for x in (now, before))
    half = 100 * Z95 * sqrt(error_a**2 + error_b**2)
    value = 100 * ((now[0] - now[2]) / sum(now) - (before[0] - before[2]) / sum(before))
    middle = 100 * (a - b)
    return Figure(value, min(middle - half, value), max(middle + half, value), min(sum(now), sum(before)))


def wilson(hits: float, trials: float, *, listed: int | None = None) -> Figure | None:
    """A share with its score interval. None without trials."""
    if trials <= 0:
        return None
    share, f = hits / trials, finite(trials, listed)
    z2 = (Z95 * f) ** 2
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = sqrt(z2) * sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return Figure(share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)), trials)


def finite(n: float, listed: int | None) -> float:
    """The finite population correction sqrt((N - n) / (N - 1)): asking half of a list leaves less to chance."""
    if listed is None or listed <= 1 or listed <= n:
        return 1.0 if listed is None else 0.0
    return sqrt((listed - n) / (listed - 1))


def answers_needed(points: float, *, p: float = 0.5, d: float = 0.5) -> int:
    """How many answers make the margin of an NPS so many points; the worst case unless shares are given."""
    return -(-int((Z95 * 100 / points) ** 2 * (p + d - (p - d) ** 2) * 1e6) // 1_000_000)


def rake(
    cells: Mapping[tuple[str, ...], float], targets: Sequence[Mapping[str, float]], *, rounds: int = 200
) -> dict[tuple[str, ...], float]:
    """Weights per cell so that the answers have the shares of the whole in each dimension (iterative proportional
    fitting; Deming & Stephan 1940). `cells`: {(value per dimension): answers}; `targets`: per dimension {value:
    share}. Values without answers are left out of their dimension. Weights have mean 1 and are at most 5."""
    weights = dict.fromkeys(cells, 1.0)
    total = sum(cells.values())
    for _ in range(rounds if total else 0):
        moved = 0.0
        for axis, shares in enumerate(targets):
            moved = max(moved, _fit(cells, weights, axis, shares, total))
        if moved < 1e-9:
            break
    weights = {cell: min(5.0, weight) for cell, weight in weights.items()}
    mean = sum(weights[c] * cells[c] for c in cells) / total if total else 1.0
    return {cell: weight / mean for cell, weight in weights.items()}


def _fit(cells: Mapping, weights: dict, axis: int, shares: Mapping[str, float], total: float) -> float:
    """Scale one dimension to its shares; returns the largest change of a factor from 1."""
    have: dict[str, float] = {}
    for cell, n in cells.items():
        have[cell[axis]] = have.get(cell[axis], 0.0) + n * weights[cell]
    known = {value: share for value, share in shares.items() if have.get(value)}
    whole, moved = sum(known.values()), 0.0
    for cell in cells:
        if cell[axis] in known and whole:
            factor = known[cell[axis]] / whole * total / have[cell[axis]]
            weights[cell] *= factor
            moved = max(moved, abs(factor - 1))
    return moved


def effective(weights: Sequence[float]) -> float:
    """Kish's effective number of answers: (sum w)^2 / sum w^2."""
    squares = sum(w * w for w in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def nps_weighted(parts: Mapping[str, Sequence[float]]) -> Figure | None:
    """NPS of weighted answers, {part: weights}; the interval is that of the effective number."""
    every = [w for weights in parts.values() for w in weights]
    n, whole = effective(every), sum(every)
    if not whole:
        return None
    share = {part: sum(weights) / whole * n for part, weights in parts.items()}
    return nps(*(share.get(part, 0.0) for part in ("promoter", "passive", "detractor")))


def kappa(both: int, first: int, second: int, neither: int) -> float | None:
    """Cohen's kappa of two who judged the same: agreement beyond chance. None when chance explains everything."""
    n = both + first + second + neither
    if not n:
        return None
    seen = (both + neither) / n
    chance = ((both + first) * (both + second) + (neither + first) * (neither + second)) / n**2
    return None if chance >= 1 else (seen - chance) / (1 - chance)
