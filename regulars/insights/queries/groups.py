"""The people behind the figures of Today and Value: each figure is a group, and each group has a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.insights.models import Prediction
from regulars.insights.queries.lines import Listed, listed, regulars
from regulars.insights.queries.today import MEANINGS, came_back, new_regulars


@dataclass(frozen=True, slots=True)
class Group:
    """A group, what it means, who is in it at an instant, and by which column they stand, falling."""

    title: Promise
    meaning: Promise
    people: Callable[[int], QuerySet[Prediction]]
    by: str


def _everybody(at: int) -> QuerySet[Prediction]:
    return Prediction.objects.all()


def _tenth(at: int) -> QuerySet[Prediction]:
    everybody = Prediction.objects.order_by("-value_12m", "person_id")
    size = -(-everybody.count() // 10)
    if not size:
        return everybody.none()
    worst, last = everybody.values_list("value_12m", "person_id")[size - 1]
    return everybody.filter(Q(value_12m__gt=worst) | Q(value_12m=worst, person_id__lte=last))


GROUPS = {
    "everybody": Group(_("Everybody who ever bought"), _("Most valuable first."), _everybody, "value_12m"),
    "tenth": Group(
        _("The best tenth"),
        _("One in ten of all who ever bought: those of whom most is expected in the next 12 months."),
        _tenth,
        "value_12m",
    ),
    "likely": Group(
        _("Who will buy within 13 weeks"),
        _("Everybody who ever bought, the likeliest first. Their chances add up to the number expected."),
        _everybody,
        "chance_13w",
    ),
    "regulars": Group(_("Regulars"), MEANINGS["regular"], regulars, "regular_since_us"),
    "new_regulars": Group(_("New regulars"), MEANINGS["new_regulars"], new_regulars, "regular_since_us"),
    "came_back": Group(_("Came back after drifting"), MEANINGS["came_back"], came_back, "back_us"),
}


def group_size(name: str, *, at: int) -> int:
    """How many are in a group."""
    return GROUPS[name].people(at).count()


def people_in_group(name: str, *, at: int, after: str = "", limit: int = 50) -> Listed:
    """The people of a group, a page at a time."""
    group = GROUPS[name]
    return listed(group.people(at), group.by, after=after, limit=limit, at=at)
