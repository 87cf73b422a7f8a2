"""What a series brings, told from the days on which chance left it out."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.models import Business
from regulars.insights.lift import Arm, Difference, lift
from regulars.social.measuring.holdouts import days_with_and_without
from regulars.social.models import Series
from regulars.ui import formats

LEAST = 10  # days in each arm


@dataclass(frozen=True)
class Brought:
    """Turnover of two days from a day of the series, against days left out; None until there are ten of each."""

    spoke: int
    silent: int
    spend: Difference | None


def brought(series: Series, *, at: int) -> Brought | None:
    """What it brings per day; None for a series that leaves no days out."""
    if not series.held_out:
        return None
    today = formats.local(at, Business.load().timezone).date()
    spoke, silent = days_with_and_without(series, until=today)
    found = lift(_arm(spoke), _arm(silent)) if min(len(spoke), len(silent)) >= LEAST else None
    return Brought(len(spoke), len(silent), found.spend if found else None)


def _arm(days: list[tuple[int, int]]) -> Arm:
    """A day stands where a person stands elsewhere."""
    return Arm(
        people=len(days), buyers=sum(1 for orders, _spent in days if orders), orders=sum(n for n, _spent in days),
        spent=sum(spent for _n, spent in days), squares=sum(spent * spent for _n, spent in days),
    )  # fmt: skip
