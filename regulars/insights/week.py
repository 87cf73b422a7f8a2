"""What changed since last week: the seven days up to yesterday, the seven before, and the same a year ago."""

from __future__ import annotations

import numpy as np

from .btyd import PurchaseDays
from .outlook import Models, Outlook, outlook
from .rhythm import NEVER

YEAR = 364  # the same weekday
LINES = ("orders", "turnover", "buyers", "new_customers", "regulars", "came_back", "began_to_drift", "drifting")


def week(days: PurchaseDays, models: Models, bought, today: int) -> dict[str, dict[str, int | None]]:
    """Figures per line: this week, the week before, a year ago (None where the history does not reach back).

    Each is seen as on the last evening of its week. Today is not over and left out. Turnover is in minor units
    of the base currency, before refunds.
    """
    ends = {"now": today - 1, "before": today - 8, "year_ago": today - 1 - YEAR}
    found = {when: _figures(days, models, bought, end) for when, end in ends.items()}
    return {line: {when: figures and figures[line] for when, figures in found.items()} for line in LINES}


def _figures(days: PurchaseDays, models: Models, bought, end: int) -> dict[str, int] | None:
    past = days.up_to(end)
    if not len(past) or past.day.min() > end - 6:
        return None
    seen, ordered = outlook(past, models, as_of_day=end), _within(bought.day, end)
    return {
        "orders": int(ordered.sum()),
        "turnover": int(bought.total[ordered].sum()),
        "buyers": len(np.unique(bought.person[ordered])),
        "new_customers": int(_within(seen.first_day, end).sum()),
        "regulars": int((seen.regular_from != NEVER).sum()),
        "came_back": int(_within(seen.rhythm.back_on, end).sum()),
        "began_to_drift": int(_within(seen.rhythm.drifts_on, end).sum()),
        "drifting": int(is_drifting(seen, end).sum()),
    }


def is_drifting(seen: Outlook, day: int) -> np.ndarray:
    """Who counts as drifting on a day."""
    return (seen.rhythm.drifts_on != NEVER) & (seen.rhythm.drifts_on <= day) & (day < seen.rhythm.gone_on)


def _within(day: np.ndarray, end: int) -> np.ndarray:
    """Which days lie in the seven up to `end`."""
    return (day != NEVER) & (day > end - 7) & (day <= end)
