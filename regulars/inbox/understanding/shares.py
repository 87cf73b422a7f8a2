"""How many texts are negative, neutral, positive, when the one who sorted them errs: adjusted counts with intervals.

A model that calls 44 % negative where 32 % are is worse than none, so a share is never the bare count. What the
model says of texts whose truth is known (`Confusion`) tells how often each kind is taken for another; the shares
that would make it say what it said of these texts are looked for ("adjusted count", Forman 2008; here by maximum
likelihood), once for each of many confusions and counts that could as well have been drawn (Dirichlet posteriors).
The interval is what lies between the 5th and the 95th percentile.

It assumes that the model errs in this crowd as it does where it was measured: a share may differ, the way people
of one feeling write may not. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

FEELS = ("negative", "neutral", "positive")
SAID = (*FEELS, "unsure")
DRAWS = 400
STEPS = 60  # of expectation and maximisation
LEVEL = 0.9
FEW = 0.5  # Jeffreys' prior for what the model says of one kind of text


@dataclass(frozen=True)
class Confusion:
    """Counts of texts: truth (`FEELS`) in rows, what the model said (`SAID`) in columns. `of`: in words, what they
    are.

    They may be fractions: measured elsewhere, they count for less than they are (see `weakened`).
    """

    counts: tuple[tuple[float, ...], ...]
    of: str = ""

    def weakened(self, each: float) -> Confusion:
        """As if every kind of text had been tried on at most `each` texts."""
        rows = np.asarray(self.counts, float)
        rows = rows * np.minimum(1.0, each / np.maximum(rows.sum(1, keepdims=True), 1e-9))
        return Confusion(tuple(map(tuple, rows.tolist())), self.of)

    def joined(self, other: Confusion) -> Confusion:
        """Both together, told as what `other` is."""
        rows = np.asarray(self.counts, float) + np.asarray(other.counts, float)
        return Confusion(tuple(map(tuple, rows.tolist())), other.of or self.of)


@dataclass(frozen=True)
class Share:
    """A share of the texts, 0 to 1, with its 90 % interval."""

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.share:.0%} ({self.low:.0%} to {self.high:.0%})"


@dataclass(frozen=True)
class Shares:
    """Of how many texts, each feeling's share, and how many texts the model was unsure of."""

    texts: int
    shares: Mapping[str, Share] = field(default_factory=dict)
    unsure: int = 0

    def __getitem__(self, feels: str) -> Share:
        return self.shares[feels]


def share_of(
    counts: Mapping[str, float],
    confusion: Confusion,
    *,
    told: Mapping[str, float] | None = None,
    level: float = LEVEL,
) -> Shares:
    """The true shares among texts of which the model called `counts` negative, neutral, positive, unsure.

    `told`: texts whose feeling is known (a colleague or the stars said it): they are counted as they are, not
    again in `counts`. Without any text there are no shares.
    """
    drawn = draws(counts, confusion, told=told)
    texts = int(sum(counts.values()) + sum((told or {}).values()))
    if drawn is None:
        return Shares(0)
    return Shares(texts, _summed(drawn, level), int(counts.get("unsure", 0)))


def shares_of(
    groups: Mapping[Any, Mapping[str, float]],
    confusion: Confusion,
    *,
    told: Mapping[Any, Mapping[str, float]] | None = None,
    level: float = LEVEL,
) -> dict[Any, Shares]:
    """`share_of` for each of many groups: topics, days, products."""
    known = told or {}
    return {key: share_of(counts, confusion, told=known.get(key), level=level) for key, counts in groups.items()}


def change_of(
    before: Mapping[str, float],
    after: Mapping[str, float],
    confusion: Confusion,
    *,
    told_before: Mapping[str, float] | None = None,
    told_after: Mapping[str, float] | None = None,
    level: float = LEVEL,
) -> dict[str, Share]:
    """By how much each share rose (positive) or fell, with its interval: real when zero lies outside. {} without
    texts.

    The model's errors are the same before and after, so a change is known better than the shares themselves.
    """
    first = draws(before, confusion, told=told_before)
    second = draws(after, confusion, told=told_after)
    return {} if first is None or second is None else _summed(second - first, level)


def draws(
    counts: Mapping[str, float], confusion: Confusion, *, told: Mapping[str, float] | None = None
) -> np.ndarray | None:
    """`DRAWS` possible truths: rows of shares in the order of FEELS; the same for the same input.

    None without texts.
    """
    seen = np.array([counts.get(said, 0) for said in SAID], float)
    known = np.array([(told or {}).get(feels, 0) for feels in FEELS], float)
    if seen.sum() + known.sum() <= 0:
        return None
    chance = np.random.default_rng(7)
    errors = _dirichlet(chance, np.asarray(confusion.counts, float) + FEW)
    if seen.sum() <= 0:
        return np.repeat(known[None] / known.sum(), DRAWS, axis=0)
    said = _dirichlet(chance, np.where(seen > 0, seen, 1e-3)[None])[:, 0]
    found = most_likely(said, errors)
    return (found * seen.sum() + known) / (seen.sum() + known.sum())


def most_likely(said: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The shares under which a model with `errors` (draws, truth, said) says `said` (draws, said) most likely."""
    by_draw, heard = np.ascontiguousarray(np.moveaxis(errors, 0, -1)), np.ascontiguousarray(said.T)
    shares = np.full((errors.shape[1], errors.shape[0]), 1 / errors.shape[1])
    for _ in range(STEPS):  # the draws stand last, side by side: five times as fast
        expected = (shares[:, None] * by_draw).sum(0)
        shares = shares * (by_draw * (heard / np.maximum(expected, 1e-12))).sum(1)
    return shares.T


def _dirichlet(chance: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """`DRAWS` draws for each row of weights."""
    drawn = chance.standard_gamma(np.maximum(weights, 1e-6), size=(DRAWS, *weights.shape))
    return drawn / np.maximum(drawn.sum(-1, keepdims=True), 1e-300)


def _summed(drawn: np.ndarray, level: float) -> dict[str, Share]:
    edge = (1 - level) / 2
    low, high = np.quantile(drawn, [edge, 1 - edge], axis=0)
    mean = np.clip(drawn.mean(0), low, high)
    return {feels: Share(float(mean[i]), float(low[i]), float(high[i])) for i, feels in enumerate(FEELS)}


def confusion_of(pairs: Sequence[tuple[str, str]], *, of: str = "") -> Confusion:
    """From (truth, what the model said) of texts drawn at random."""
    counts = np.zeros((len(FEELS), len(SAID)))
    for truth, said in pairs:
        counts[FEELS.index(truth), SAID.index(said)] += 1
    return Confusion(tuple(map(tuple, counts.tolist())), of)
