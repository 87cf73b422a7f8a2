"""What the shop allows to be recommended, as arrays beside the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .baskets import Baskets

if TYPE_CHECKING:
    from scipy import sparse

NONE = -1  # of products without a category


@dataclass(frozen=True, slots=True)
class Rules:
    """`offered`, `factor` and `category` have one entry per product; `returned` is people by products, `waiting`
    people by categories: true where nothing (new) of it is to be recommended. `most` of a category in one list,
    0 for any number.
    """

    offered: np.ndarray
    factor: np.ndarray
    category: np.ndarray
    most: int
    returned: sparse.csr_array
    waiting: sparse.csr_array

    @classmethod
    def none(cls, baskets: Baskets) -> Rules:
        """Everything goes."""
        from scipy import sparse

        people, products = baskets.shape
        return cls(
            offered=np.ones(products, bool),
            factor=np.ones(products, np.float32),
            category=np.full(products, NONE),
            most=0,
            returned=sparse.csr_array((people, products), dtype=bool),
            waiting=sparse.csr_array((people, 1), dtype=bool),
        )


def usual_gaps(baskets: Baskets, category: np.ndarray) -> np.ndarray:
    """Per category: the median of days between two purchase days of one person in it; inf where nobody came back."""
    many = int(category.max(initial=NONE)) + 1
    found = np.full(many, np.inf)
    where, person, day = _days_in(baskets, category)
    again = (where[1:] == where[:-1]) & (person[1:] == person[:-1])
    gap, place = np.diff(day)[again], where[1:][again]
    for each in np.unique(place):
        found[each] = np.median(gap[place == each])
    return found


def bought_again(baskets: Baskets, category: np.ndarray) -> np.ndarray:
    """Per category: the share of its buyers who bought in it on a second day."""
    many = int(category.max(initial=NONE)) + 1
    where, person, _ = _days_in(baskets, category)
    pairs, days = np.unique(where * len(baskets.people) + person, return_counts=True)
    place = pairs // max(len(baskets.people), 1)
    buyers = np.bincount(place, minlength=many)
    return np.bincount(place, weights=days > 1, minlength=many) / np.maximum(buyers, 1)


def waiting(baskets: Baskets, category: np.ndarray, *, durable: np.ndarray, day: int) -> sparse.csr_array:
    """People by categories: who bought of a durable category within its usual gap (within a year, where nobody ever
    came back).
    """
    from scipy import sparse

    gap = np.where(np.isfinite(gaps := usual_gaps(baskets, category)), gaps, 365.0)
    where, person, when = _days_in(baskets, category)
    still = durable[where] & (day - when < gap[where]) if len(where) else np.zeros(0, bool)
    shape = len(baskets.people), max(len(gap), 1)
    return sparse.csr_array((np.ones(still.sum(), bool), (person[still], where[still])), shape=shape)


def _days_in(baskets: Baskets, category: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(category, person, day), each once, in that order; products without a category left out."""
    where = category[baskets.product].astype(np.int64)
    known = where > NONE
    where, person, day = where[known], baskets.person[known].astype(np.int64), baskets.day[known].astype(np.int64)
    if not len(day):
        return where, person, day
    first, people = int(day.min()), len(baskets.people)
    span = int(day.max()) - first + 1
    packed = np.unique((where * people + person) * span + day - first)
    pair, day = np.divmod(packed, span)
    return pair // people, pair % people, day + first
