"""Cohorts: people by the month of their first purchase, and how many of them bought in each month after."""

from dataclasses import dataclass

import numpy as np

from .btyd import PurchaseDays
from .proportions import Proportion, wilson


@dataclass(frozen=True, slots=True)
class Cohort:
    """`month` is the first day of the month (ISO); `active[k]` how many bought k months later; 0 = the first."""

    month: str
    customers: int
    active: tuple[int, ...]
    complete: int  # months after the first that are over
    repeat: Proportion | None  # bought again within `repeat_within` days, of those with that long a history


@dataclass(frozen=True, slots=True)
class Retention:
    """The cohort grid, oldest first, and the repeat rate over everybody old enough to tell."""

    repeat_within: int
    repeat: Proportion | None
    repeat_year_before: Proportion | None
    cohorts: tuple[Cohort, ...]


def retention(days: PurchaseDays, *, as_of_day: int, months: int = 24, repeat_within: int = 90) -> Retention:
    """Retention by monthly cohorts of the last `months` months; days are those of the business's time zone.

    The repeat rate looks at the first purchases of the last year that are `repeat_within` days old, and at the
    year before those.
    """
    first = days.day[days.starts[:-1]]
    again = _days_to_second(days)
    old_enough = first <= as_of_day - repeat_within
    back = again <= repeat_within

    def rate(among: np.ndarray) -> Proportion | None:
        return wilson(int((back & among).sum()), int(among.sum()))

    edge = as_of_day - repeat_within
    grid = _grid(days, first, as_of_day, months, lambda among: rate(among & old_enough))
    return Retention(
        repeat_within,
        rate((first <= edge) & (first > edge - 365)),
        rate((first <= edge - 365) & (first > edge - 730)),
        grid,
    )


def _days_to_second(days: PurchaseDays) -> np.ndarray:
    """Days from the first to the second purchase day; a very long time where there is none."""
    start, has = days.starts[:-1], np.diff(days.starts) > 1
    second = days.day[np.minimum(start + 1, len(days.day) - 1)] if len(days) else start
    return np.where(has, second - days.day[start] if len(days) else 0, 1 << 30)


def _grid(days: PurchaseDays, first: np.ndarray, as_of_day: int, months: int, rate) -> tuple[Cohort, ...]:
    born, bought, now = _month(first), _month(days.day), int(_month(np.array([as_of_day]))[0])
    oldest = max(now - months + 1, int(born.min())) if len(born) else now + 1
    owner = days.owner
    active = np.unique(owner * (1 << 14) + (bought - born[owner]))  # once per person and month
    row, since = born[active >> 14] - oldest, active & ((1 << 14) - 1)
    width = now - oldest + 1
    keep = row >= 0
    counts = np.bincount(row[keep] * width + since[keep], minlength=width * width).reshape(width, width)
    full = int(_month(np.array([as_of_day + 1]))[0]) > now  # the current month is over tonight
    return tuple(
        Cohort(
            str(np.datetime64(oldest + i, "M").astype("datetime64[D]")),
            int(counts[i, 0]),
            tuple(int(n) for n in counts[i, : width - i]),
            width - 1 - i if full else max(width - 2 - i, 0),
            rate(born == oldest + i),
        )
        for i in range(width)
    )


def _month(day: np.ndarray) -> np.ndarray:
    """Months since January 1970 of day numbers."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
