"""Purchase histories (x, t_x, T) of many customers, made from purchases and compressed by counting equals.

All purchases of one customer on one day count as one (Fader, Hardie & Lee 2005, "Counting Your Customers the
Easy Way"; the CDNOW convention).
"""

from dataclasses import dataclass

import numpy as np

_RECENCY_BITS, _AGE_BITS = 20, 20


@dataclass(frozen=True, slots=True)
class Histories:
    """Customers in parallel integer arrays: repeat purchase days, ticks from first to last, ticks of age.

    `weight` says how many customers each row stands for (1 when None); `per_week` how many ticks a week has.
    """

    x: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    weight: np.ndarray | None = None
    per_week: float = 7.0

    def __len__(self) -> int:
        return len(self.x)

    @property
    def recency_weeks(self) -> np.ndarray:
        return self.recency / self.per_week

    @property
    def age_weeks(self) -> np.ndarray:
        return self.age / self.per_week

    def weights(self) -> np.ndarray:
        """How many customers each row stands for, as floats."""
        return np.ones(len(self.x)) if self.weight is None else self.weight

    def rows(self, chosen: np.ndarray | slice) -> "Histories":
        """The chosen rows only."""
        weight = None if self.weight is None else self.weight[chosen]
        return Histories(self.x[chosen], self.recency[chosen], self.age[chosen], weight, self.per_week)

    def compressed(self) -> "Histories":
        """The same base with equal rows counted once; one-time buyers become a histogram of their ages."""
        if self.weight is not None:
            return self
        once = self.x == 0
        ages, counts = _counts(self.age[once])
        packed, repeats = np.unique(_pack(self.rows(~once)), return_counts=True)
        x, recency, age = _unpack(packed)
        zeros = np.zeros(len(ages), dtype=np.int64)
        return Histories(
            np.concatenate([zeros, x]),
            np.concatenate([zeros, recency]),
            np.concatenate([ages, age]),
            np.concatenate([counts, repeats]).astype(float),
            self.per_week,
        )


@dataclass(frozen=True, slots=True)
class Purchases:
    """Histories with their owners: one row per customer, in ascending order of customer."""

    customer: np.ndarray
    histories: Histories
    first_day: np.ndarray
    mean_spend: np.ndarray  # per repeat purchase day; 0 for one-time buyers


@dataclass(frozen=True, slots=True)
class PurchaseDays:
    """Every purchase day of every customer: customer i has the rows `starts[i]` to `starts[i + 1]`, in order."""

    customer: np.ndarray
    starts: np.ndarray
    day: np.ndarray
    amount: np.ndarray

    @classmethod
    def of(cls, *, customer: np.ndarray, day: np.ndarray, amount: np.ndarray) -> "PurchaseDays":
        """From one row per purchase, in any order; `day` is a whole day number."""
        customer, day, amount = _one_row_per_day(customer, day, np.asarray(amount, dtype=float))
        firsts = np.flatnonzero(np.r_[True, customer[1:] != customer[:-1]][: len(customer)])
        return cls(customer[firsts], np.r_[firsts, len(customer)], day, amount)

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def owner(self) -> np.ndarray:
        """For every purchase day, the position of its customer."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def up_to(self, last_day: int) -> "PurchaseDays":
        """Only what had happened by the end of `last_day`."""
        seen = self.day <= last_day
        if seen.all():
            return self
        return PurchaseDays.of(customer=self.customer[self.owner][seen], day=self.day[seen], amount=self.amount[seen])

    def purchases(self, as_of_day: int) -> Purchases:
        """Histories as of a day that is not before the last purchase.

        The first purchase day is not a repeat, and its amount is not in the mean (Fader & Hardie 2013, the
        Gamma-Gamma note).
        """
        first, x = self.starts[:-1], np.diff(self.starts) - 1
        first_day, last_day = self.day[first], self.day[self.starts[1:] - 1]
        spent = np.add.reduceat(self.amount, first) - self.amount[first] if len(self) else np.zeros(0)
        mean = np.divide(spent, x, out=np.zeros(len(x)), where=x > 0)
        return Purchases(self.customer, Histories(x, last_day - first_day, as_of_day - first_day), first_day, mean)


def histories_from_purchases(
    *, customer: np.ndarray, day: np.ndarray, amount: np.ndarray, as_of_day: int
) -> Purchases:
    """Histories and mean spend from one row per purchase, in any order; later purchases are left out."""
    return PurchaseDays.of(customer=customer, day=day, amount=amount).up_to(as_of_day).purchases(as_of_day)


def _one_row_per_day(customer, day, amount):
    """Purchases summed per customer and day, sorted by both."""
    order = np.lexsort((day, customer))
    customer, day, amount = customer[order], day[order], amount[order]
    if not len(customer):
        return customer, day, amount
    starts = np.flatnonzero(np.r_[True, (customer[1:] != customer[:-1]) | (day[1:] != day[:-1])])
    return customer[starts], day[starts], np.add.reduceat(amount, starts)


def _pack(h: Histories) -> np.ndarray:
    """One sortable integer per history, because sorting integers is much faster than sorting rows."""
    x, recency, age = (np.asarray(part, dtype=np.int64) for part in (h.x, h.recency, h.age))
    if len(x) and (recency.max() >> _RECENCY_BITS or age.max() >> _AGE_BITS or min(recency.min(), age.min()) < 0):
        raise ValueError("Purchase histories must span between 0 and 1,048,575 ticks; check the dates.")
    return (x << (_RECENCY_BITS + _AGE_BITS)) | (recency << _AGE_BITS) | age


def _unpack(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mask = (1 << _AGE_BITS) - 1
    return packed >> (_RECENCY_BITS + _AGE_BITS), (packed >> _AGE_BITS) & mask, packed & mask


def _counts(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct small integers and how often each occurs."""
    counts = np.bincount(values) if len(values) else np.zeros(0, dtype=np.int64)
    distinct = np.flatnonzero(counts)
    return distinct, counts[distinct]
