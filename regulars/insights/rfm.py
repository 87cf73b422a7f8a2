"""Recency, frequency, money: fifths of the base, and a map of 25 cells with names for what to do.

Scores run from 1 (lowest fifth) to 5. Equal values get equal scores: the score of the middle of their ranks.
"""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_noop as _

FIFTHS = 5
# by recency score (row, 1 to 5) and frequency score (column, 1 to 5)
_MAP = (
    ("lost", "lost", "gone quiet", "once loyal", "once loyal"),
    ("lost", "gone quiet", "gone quiet", "slipping", "slipping"),
    ("fading", "fading", "wavering", "loyal", "loyal"),
    ("came lately", "promising", "promising", "loyal", "best"),
    ("new", "promising", "promising", "loyal", "best"),
)
MEANING = {
    _("best"): _("buy often and bought just now: thank them"),
    _("loyal"): _("buy often: keep the conversation going"),
    _("promising"): _("came back and bought lately: one more visit makes a habit"),
    _("new"): _("among the rarest buyers, and bought just now: mostly first purchases; welcome them"),
    _("came lately"): _("few purchases, mostly one, not long ago: invite them back"),
    _("wavering"): _("bought a few times, quiet for a while: remind them"),
    _("fading"): _("bought once or twice, some time ago: a cheap reminder at most"),
    _("slipping"): _("used to buy often and have stopped: ask what happened"),
    _("once loyal"): _("bought often, long gone: a personal word or nothing"),
    _("gone quiet"): _("a few purchases, long ago"),
    _("lost"): _("one or two purchases, long ago: leave them in peace"),
}
NAMES = tuple(MEANING)


@dataclass(frozen=True, slots=True)
class Borders:
    """The lowest values with scores 2 to 5, per dimension; recency as the day number of the last purchase."""

    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    money: tuple[float, ...]


def borders(last_day: np.ndarray, days: np.ndarray, spent: np.ndarray) -> Borders:
    """Where the fifths begin in this base."""
    return Borders(*(_borders(np.asarray(values, dtype=float)) for values in (last_day, days, spent)))


def score(values: np.ndarray, lowest: tuple[float, ...]) -> np.ndarray:
    """1 to 5 for every value."""
    return 1 + np.searchsorted(np.array(lowest), np.asarray(values, dtype=float), side="right")


def cell(recency: int, frequency: int) -> str:
    """The name of the place on the map."""
    return _MAP[recency - 1][frequency - 1]


def _borders(values: np.ndarray) -> tuple[float, ...]:
    """The smallest value whose middle rank lies in each fifth; infinity where a fifth is empty at the top."""
    distinct, counts = np.unique(values, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / max(len(values), 1)
    at = np.searchsorted(middle, np.arange(1, FIFTHS) / FIFTHS, side="left")
    return tuple(float(distinct[i]) if i < len(distinct) else float("inf") for i in at)
