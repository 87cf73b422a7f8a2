"""Retention: the cohort grid and the repeat rate."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from regulars.insights.cohorts import Cohort
from regulars.insights.proportions import Proportion
from regulars.insights.queries.reports import newest, proportion

MEANINGS = {
    "cohort": _("Everybody whose first purchase fell into the month, in the business's time zone."),
    "active": _("The share of the cohort that bought in that month; month 0 is the month of the first purchase."),
    "repeat": _(
        "The share that bought on a second day within 90 days of the first purchase, of those whose first purchase "
        "is at least 90 days old; with Wilson's 95% interval."
    ),
}


@dataclass(frozen=True, slots=True)
class RetentionPage:
    """Cohorts are oldest first; `months` is the length of the longest."""

    as_of_us: int
    repeat_within: int
    repeat: Proportion | None
    repeat_year_before: Proportion | None
    cohorts: list[Cohort]
    months: int
    average: list[float | None]  # share active k months after the first purchase, over all complete cohorts
    meanings: dict[str, str]


def retention() -> RetentionPage | None:
    """The page as of the last night. None before the first refit."""
    report = newest("retention")
    if report is None:
        return None
    found = report.content
    cohorts = [_cohort(stored) for stored in found["cohorts"]]
    return RetentionPage(
        as_of_us=report.as_of_us,
        repeat_within=found["repeat_within"],
        repeat=proportion(found["repeat"]),
        repeat_year_before=proportion(found["repeat_year_before"]),
        cohorts=cohorts,
        months=max((len(c.active) for c in cohorts), default=0),
        average=_average(cohorts),
        meanings={name: str(text) for name, text in MEANINGS.items()},
    )


def _cohort(stored: dict) -> Cohort:
    return Cohort(**{**stored, "active": tuple(stored["active"]), "repeat": proportion(stored["repeat"])})


def _average(cohorts: list[Cohort]) -> list[float | None]:
    shares: list[float | None] = []
    for k in range(max((len(c.active) for c in cohorts), default=0)):
        over = [c for c in cohorts if c.complete >= k and c.customers]
        people = sum(c.customers for c in over)
        shares.append(sum(c.active[k] for c in over) / people if people else None)
    return shares
