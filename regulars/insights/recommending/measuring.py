"""How good lists are, measured against what people bought afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Share:
    """A mean over people with its 95 % interval (bootstrap over people)."""

    value: float
    low: float
    high: float


def hits(lists: np.ndarray, truth: sparse.csr_array) -> np.ndarray:
    """True where the product at that place of the row's list was bought; -1 in a list is no product."""
    person = np.repeat(np.arange(len(lists)), lists.shape[1])
    found = np.asarray(truth[person, np.maximum(lists, 0).ravel()]).reshape(lists.shape) > 0
    return found & (lists >= 0)


def recall(found: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Per person: hits over the smaller of list length and products bought (the convention of Mult-VAE and EASE)."""
    return found.sum(1) / np.minimum(found.shape[1], bought)


def ndcg(found: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Per person: discounted cumulative gain with binary relevance over that of the perfect list."""
    discount = 1 / np.log2(np.arange(2, found.shape[1] + 2))
    ideal = np.cumsum(discount)[np.minimum(found.shape[1], bought).astype(int) - 1]
    return (found * discount).sum(1) / ideal


def share(values: np.ndarray, *, seed: int = 1) -> Share:
    """The mean over people and what it would be with other people: 1,000 draws with replacement."""
    random = np.random.default_rng(seed)
    n = len(values)
    means = np.array([values[random.integers(0, n, n)].mean() for _ in range(DRAWS)])
    low, high = np.quantile(means, (0.025, 0.975))
    return Share(float(values.mean()), float(low), float(high))
