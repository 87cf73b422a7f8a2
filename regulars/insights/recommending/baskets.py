"""What people bought on which day, as parallel arrays of small numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True, slots=True)
class Baskets:
    """One row per person, product and day; `person` and `product` are places in `people` and `products` (ids)."""

    person: np.ndarray
    product: np.ndarray
    day: np.ndarray
    people: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, *, person: np.ndarray, product: np.ndarray, day: np.ndarray) -> Baskets:
        """From ids, in any order; the same product twice on a day counts once."""
        people, who = np.unique(np.asarray(person, np.int64), return_inverse=True)
        products, what = np.unique(np.asarray(product, np.int64), return_inverse=True)
        day = np.asarray(day, np.int64)
        first = int(day.min()) if len(day) else 0
        span = int(day.max()) - first + 1 if len(day) else 1
        packed = np.unique((who * max(len(products), 1) + what) * span + (day - first))
        pair, when = np.divmod(packed, span)
        who, what = np.divmod(pair, max(len(products), 1))
        return cls(who.astype(np.int32), what.astype(np.int32), (when + first).astype(np.int32), people, products)

    def before(self, day: int) -> Baskets:
        """What had happened when that day began; people and products keep their places."""
        return self._only(self.day < day)

    def since(self, day: int) -> Baskets:
        """That day and later."""
        return self._only(self.day >= day)

    def _only(self, keep: np.ndarray) -> Baskets:
        return replace(self, person=self.person[keep], product=self.product[keep], day=self.day[keep])

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.people), len(self.products)

    def matrix(self, weight: np.ndarray | None = None) -> sparse.csr_array:
        """People by products: the sums of the weights, or 1 for ever bought."""
        from scipy import sparse  # here, because who only looks at habits needs none of it

        values = np.ones(len(self.person), np.float32) if weight is None else weight.astype(np.float32)
        found = sparse.csr_array((values, (self.person, self.product)), shape=self.shape, dtype=np.float32)
        found.sum_duplicates()
        if weight is None:
            found.data[:] = 1.0
        return found

    def counts(self) -> np.ndarray:
        """Purchases of each product."""
        return np.bincount(self.product, minlength=len(self.products)).astype(np.float64)
