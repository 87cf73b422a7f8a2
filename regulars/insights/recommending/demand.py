"""What speaks for a product without looking at others: how often, how lately, and whether it is rising."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .baskets import Baskets

RECENT = 28  # days that count as recent


def decayed_frequency(baskets: Baskets, *, day: int, half_life: float) -> sparse.csr_array:
    """People by products: purchase days, each halved for every `half_life` days that passed before `day`."""
    return baskets.matrix(np.exp2((baskets.day - day) / half_life))


def popularity(baskets: Baskets, *, day: int) -> np.ndarray:
    """Purchases of each product in the recent days before `day`; ties are broken by all of them (below one half)."""
    ever = baskets.counts()
    return baskets.since(day - RECENT).counts() + ever / (2 * max(ever.sum(), 1.0))


def trend(baskets: Baskets, *, day: int) -> np.ndarray:
    """A product's recent share of sales over its share of all: 1 is steady, 2 sells twice as well as ever.

    One purchase is added to both what sold and what was to be expected, so that rare products stay near 1.
    """
    ever, lately = baskets.counts(), baskets.since(day - RECENT).counts()
    expected = lately.sum() * ever / max(ever.sum(), 1.0)
    return (lately + 1.0) / (expected + 1.0)


def out_of_season(baskets: Baskets, *, day: int) -> np.ndarray:
    """True for products that sell at another time of the year: known for a year, bought often, now asleep, and
    nearly unsold in the weeks around this day a year ago. With a year of baskets or less nobody knows: all False.
    """
    asleep = np.zeros(len(baskets.products), bool)
    if not len(baskets.day) or baskets.day.min() > day - 365 - RECENT:
        return asleep
    ever, lately = baskets.counts(), baskets.since(day - RECENT).counts()
    then = baskets.since(day - 365 - RECENT).before(day - 365 + RECENT).counts()
    share = ever / max(ever.sum(), 1.0)
    often = ever >= 20
    return often & (lately < 0.1 * share * lately.sum()) & (then < 0.1 * share * then.sum())
