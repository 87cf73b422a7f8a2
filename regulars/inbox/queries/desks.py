"""When desks are open, what was decided for which kind, and who may answer."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.inbox import clocks
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import (
    Desk,
    Routing,
)
from regulars.inbox.promises import USUAL, promises
from regulars.team.models import User
from regulars.team.permissions import roles_with

PAGE = 50


def desk(desk_id: int = 1) -> Desk:
    """When somebody answers; office hours until the shop says otherwise."""
    return Desk.objects.filter(id=desk_id).first() or Desk(id=desk_id, week=USUAL, holidays={})


def desks() -> list[Desk]:
    """The shop's desk, and others with hours of their own."""
    return [desk(), *Desk.objects.exclude(id=1).order_by("name", "id")]


def hours_of_desk() -> clocks.Hours:
    """The hours of the shop's desk as clocks read them."""
    return promises().desks[1]


def routing_of(kind: str, account_id: int = 0) -> Routing:
    """What the shop decided for a kind, on an account or everywhere; else as the kind says, in turn among all who may
    answer."""
    found = promises().rule(kind, account_id)
    if found.hours is None:
        found.hours = kind_of(kind).hours
    return found


def colleagues() -> QuerySet[User]:
    """Who may answer cases."""
    return User.objects.filter(is_active=True, role__in=roles_with("inbox.answer")).order_by("name", "id")


def who_may_answer() -> set[int]:
    """Their numbers."""
    return set(colleagues().values_list("id", flat=True))
