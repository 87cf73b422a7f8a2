"""A person's own rhythm: the usual gap between purchases, when silence becomes unusual, and who is a regular.

Definitions, as the pages state them:

*Rhythm*: the median gap between purchase days, of people with at least three purchase days.

*Drifting away*: silent for so long that only one in ten people with the same history who were still customers
would be; and at least twice the rhythm and four weeks. With the BG/NBD's rate ~ Gamma(r + x, alpha + t_x) at
the last purchase, silence s has the chance ((alpha + t_x) / (alpha + t_x + s))^(r + x), so that the day on which
somebody will count as drifting is known at their last purchase. After half a year of drifting they count as gone.

*Regular*: bought on at least three days within the last 365, and is more likely than not to buy within the next
13 weeks. *Since*: the day on which the current spell of three within 365 days began.
"""

from dataclasses import dataclass

import numpy as np

from .btyd import BetaGeoFit, PurchaseDays

UNUSUAL = 0.10
LEAST_SILENCE = 28
GONE_AFTER = 182
REGULAR_DAYS, REGULAR_WITHIN, REGULAR_CHANCE = 3, 365, 0.5
NEVER = -1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Per customer: median gap in days (NaN below three purchase days), and day numbers (NEVER = not applicable).

    `drifts_on`, `gone_on`: the first day of drifting and of being gone if they stay silent. `back_on`: the last
    purchase, where it ended a silence that counted as drifting. `spell_from`, `spell_to`: the current or last
    spell of three purchases within 365 days, from the third purchase to the last day on which it still holds.
    """

    gap: np.ndarray
    drifts_on: np.ndarray
    gone_on: np.ndarray
    back_on: np.ndarray
    spell_from: np.ndarray
    spell_to: np.ndarray


def rhythm(days: PurchaseDays, fit: BetaGeoFit) -> Rhythm:
    """Everybody's rhythm under the fitted rates."""
    start, stop = days.starts[:-1], days.starts[1:]
    count = stop - start
    gap = _median_gap(days)
    last = days.day[stop - 1]
    drifts = np.where(count >= 3, last + _patience(fit, count - 1, last - days.day[start], gap), NEVER)
    before = np.where(count >= 2, days.day[np.maximum(stop - 2, 0)], last)
    earlier = before + _patience(fit, count - 2, before - days.day[start], gap)
    back = np.where((count >= 4) & (last >= earlier), last, NEVER)
    gone = np.where(drifts == NEVER, NEVER, drifts + GONE_AFTER)
    return Rhythm(gap, drifts, gone, back, *_spell(days))


def _patience(fit: BetaGeoFit, x: np.ndarray, recency: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Days of silence after the last purchase that are still usual, rounded up."""
    r, alpha = fit.parameters[:2]
    stretch = UNUSUAL ** (-1 / (r + np.maximum(x, 1))) - 1
    unusual = (alpha + recency / 7) * stretch * 7
    return np.ceil(np.maximum(np.maximum(unusual, 2 * np.nan_to_num(gap)), LEAST_SILENCE)).astype(np.int64)


def _median_gap(days: PurchaseDays) -> np.ndarray:
    """The median of each customer's gaps; NaN with fewer than two gaps."""
    owner = days.owner
    gaps, whose = np.diff(days.day), owner[1:]
    inside = owner[1:] == owner[:-1]
    gaps, whose = gaps[inside], whose[inside]
    gaps = gaps[np.lexsort((gaps, whose))]
    number = np.diff(days.starts) - 1
    first = np.r_[0, np.cumsum(number)[:-1]] if len(number) else number
    known = number >= 2
    low = gaps[(first + (number - 1) // 2)[known]]
    high = gaps[(first + number // 2)[known]]
    median = np.full(len(number), np.nan)
    median[known] = (low + high) / 2
    return median


def _spell(days: PurchaseDays) -> tuple[np.ndarray, np.ndarray]:
    """From and to of the last spell during which three purchase days lie within 365 days."""
    n, need = len(days.day), REGULAR_DAYS - 1
    owner = days.owner
    third = np.zeros(n, dtype=bool)
    if n > need:
        same = owner[need:] == owner[:-need]
        third[need:] = same & (days.day[need:] - days.day[:-need] < REGULAR_WITHIN)
    # a spell goes on as long as each purchase comes before the oldest of the last three drops out
    fresh = third.copy()
    if n > need + 1:
        held = np.zeros(n, dtype=bool)
        held[need + 1 :] = third[need:-1] & (owner[need + 1 :] == owner[need:-1])
        held[need + 1 :] &= days.day[need + 1 :] <= days.day[: -need - 1] + REGULAR_WITHIN
        fresh &= ~held
    begin, end = np.full(len(days), NEVER), np.full(len(days), NEVER)
    begin[owner[fresh]] = days.day[fresh]  # later spells overwrite earlier ones: rows are in order
    at = np.flatnonzero(third)
    end[owner[at]] = days.day[at - need] + REGULAR_WITHIN - 1
    return begin, end
