"""What is expected of one person, for their page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from regulars.core.models import Business
from regulars.insights import rfm
from regulars.insights.calendar import day_of
from regulars.insights.models import Prediction, Report
from regulars.insights.queries.lines import sentence


@dataclass(frozen=True, slots=True)
class PersonOutlook:
    """`state` is "regular", "drifting", "gone", "new" or "" and `why` says it in a sentence."""

    person_id: int
    as_of_us: int
    state: str
    why: str
    chance_13w: float
    purchases_12m: float
    value_12m: int
    at_stake: int
    rhythm_days: float | None
    silent_days: int
    drifts_us: int | None
    regular_since_us: int | None
    recency: int
    frequency: int
    money: int
    cell: str
    cell_meaning: str


def person_outlook(person_id: int, *, at: int) -> PersonOutlook | None:
    """The outlook of a person; None when they never bought or nothing was learned yet."""
    row = Prediction.objects.filter(person_id=person_id).first()
    report = Report.objects.filter(name="learned").order_by("-day").only("as_of_us").first()
    if row is None or report is None:
        return None
    silent = max(day_of(at, Business.load().timezone) - row.last_day, 0)
    return PersonOutlook(
        person_id=person_id,
        as_of_us=report.as_of_us,
        state=_state(row, silent, at),
        why=sentence(row.rhythm_days, silent, row.purchase_days),
        chance_13w=row.chance_13w,
        purchases_12m=row.purchases_12m,
        value_12m=row.value_12m,
        at_stake=row.at_stake,
        rhythm_days=row.rhythm_days,
        silent_days=silent,
        drifts_us=row.drifts_us,
        regular_since_us=row.regular_since_us,
        recency=row.recency,
        frequency=row.frequency,
        money=row.money,
        cell=row.cell,
        cell_meaning=gettext(rfm.MEANING[row.cell]),
    )


def rfm_cell(*, recency: int, frequency: int) -> str:
    """The name of a place on the map."""
    return rfm.cell(recency, frequency)


def _state(row: Prediction, silent: int, at: int) -> str:
    if row.drifts_us is not None and row.drifts_us <= at:
        return "drifting" if at < row.gone_us else "gone"
    if row.regular_since_us is not None and row.regular_since_us <= at < row.regular_until_us:
        return "regular"
    return "new" if row.purchase_days == 1 and silent <= 60 else ""
