"""Today: who needs attention now, who is new among the regulars, what changed since last week."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from regulars.insights.models import Prediction
from regulars.insights.queries.lines import Attention, Listed, drifting, lines, listed, regulars, weeks_before
from regulars.insights.queries.reports import newest

LABELS = {
    "orders": _("Orders"),
    "turnover": _("Turnover"),
    "buyers": _("People who bought"),
    "new_customers": _("New customers"),
    "regulars": _("Regulars, at the end"),
    "came_back": _("Came back after drifting"),
    "began_to_drift": _("Began to drift away"),
    "drifting": _("Drifting away, at the end"),
}
# whether more of it is good news
GOOD = {"began_to_drift": False, "drifting": False}
RECENT_WEEKS = 8
MEANINGS = {
    "drifting": _(
        "Silent for so long that only one in ten people with the same history would be, had they not left; at least "
        "four weeks and twice their usual gap. Ranked by what a year of their custom is worth."
    ),
    "regular": _(
        "Bought on at least three days within the last 365, and more likely than not to buy within 13 weeks."
    ),
    "new_regulars": _("Became regulars within the last four weeks."),
    "came_back": _("Bought within the last two weeks after a silence that counted as drifting away."),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of the last seven whole days, beside the week before and the same week a year ago."""

    name: str
    label: str
    unit: str  # "" or "money"
    now: int | None
    before: int | None
    year_ago: int | None
    more_is_good: bool

    @property
    def difference(self) -> int | None:
        """Now minus the week before."""
        return None if self.now is None or self.before is None else self.now - self.before


@dataclass(frozen=True, slots=True)
class Today:
    """The first page. `drifting_stake` is what a year of all who are drifting would be worth, had they stayed."""

    as_of_us: int
    drifting: list[Attention]
    drifting_count: int
    drifting_stake: int
    new_regulars: list[Attention]
    new_regulars_count: int
    regulars_count: int
    came_back: list[Attention]
    came_back_count: int
    changes: list[Change]
    meanings: dict[str, str]


def today(*, at: int, limit: int = 8) -> Today | None:
    """Who needs attention at `at`. None before the first refit.

    Lists are live; the changes are those of the night. Of the drifting, those who began within the last eight
    weeks come first: it is not too late for them.
    """
    report = newest("today")
    if report is None:
        return None
    silent = drifting(at)
    summed = silent.aggregate(people=Count("person_id"), stake=Sum("at_stake"))
    new, back = new_regulars(at), came_back(at)
    return Today(
        as_of_us=report.as_of_us,
        drifting=_most_urgent(at, limit),
        drifting_count=summed["people"],
        drifting_stake=summed["stake"] or 0,
        new_regulars=lines(new.order_by("-regular_since_us", "person_id")[:limit], at=at, since="regular_since_us"),
        new_regulars_count=new.count(),
        regulars_count=regulars(at).count(),
        came_back=lines(back.order_by("-value_12m", "person_id")[:limit], at=at, since="back_us"),
        came_back_count=back.count(),
        changes=_changes(report.content),
        meanings={name: str(text) for name, text in MEANINGS.items()},
    )


def drifting_page(*, at: int, after: str = "", limit: int = 50) -> Listed:
    """Everybody who is drifting away, by what is at stake."""
    return listed(drifting(at), "at_stake", after=after, limit=limit, at=at, since="drifts_us")


def _most_urgent(at: int, limit: int) -> list[Attention]:
    fresh = drifting(at).filter(drifts_us__gt=weeks_before(at, RECENT_WEEKS))
    found = lines(fresh.order_by("-at_stake", "person_id")[:limit], at=at, since="drifts_us")
    if len(found) < limit:
        older = drifting(at).filter(drifts_us__lte=weeks_before(at, RECENT_WEEKS))
        rows = older.order_by("-at_stake", "person_id")[: limit - len(found)]
        found += lines(rows, at=at, since="drifts_us")
    return found


def new_regulars(at: int):
    """Who became a regular within four weeks."""
    return regulars(at).filter(regular_since_us__gt=weeks_before(at, 4))


def came_back(at: int):
    """Who bought within two weeks, after drifting."""
    return Prediction.objects.filter(back_us__gt=weeks_before(at, 2), back_us__lte=at)


def _changes(content: dict) -> list[Change]:
    return [
        Change(
            name,
            str(label),
            "money" if name == "turnover" else "",
            **content[name],
            more_is_good=GOOD.get(name, True),
        )
        for name, label in LABELS.items()
        if name in content
    ]
