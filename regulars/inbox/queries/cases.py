"""What is asked of single cases: their state, whose they are, who looks at them, who was told."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.clock import MINUTE, SECOND
from regulars.inbox.models import (
    Case,
    Looking,
    Notice,
)
from regulars.people.models import Node
from regulars.team.models import User

PRESENT_US, TYPING_US = MINUTE, 10 * SECOND


def state_of(case: Case, at: int) -> str:
    """open, snoozed or closed."""
    if case.closed_us is not None:
        return "closed"
    return "snoozed" if case.snoozed_us is not None and case.snoozed_us > at else "open"


def is_overdue(case: Case, at: int) -> bool:
    """Whether nobody answered although the time is up."""
    return case.closed_us is None and case.next_due_us is not None and case.next_due_us <= at


def of_person(person_id: int, *, limit: int = 20) -> list[Case]:
    """Cases about a person, newest first."""
    nodes = Node.objects.filter(person_id=person_id).values("id")
    return list(Case.objects.filter(node_id__in=nodes, merged_into=None).order_by("-id")[:limit])


def by_origin(origins: Sequence[str]) -> dict[str, Case]:
    """The cases opened for these origins."""
    return {one.origin: one for one in Case.objects.filter(origin__in=list(origins))}


def others_looking(case_id: int, *, user_id: int, at: int) -> list[tuple[User, bool]]:
    """(colleague, whether they are writing) of everybody else who has the case open."""
    rows = Looking.objects.filter(case_id=case_id, seen_us__gt=at - PRESENT_US).exclude(user_id=user_id)
    typing = {row.user_id: bool(row.typed_us and row.typed_us > at - TYPING_US) for row in rows}
    return [(user, typing[user.id]) for user in User.objects.filter(id__in=list(typing)).order_by("name", "id")]


def notices_of(user_id: int, *, limit: int = 20) -> list[Notice]:
    """What a colleague has not yet seen, newest first."""
    return list(Notice.objects.filter(user_id=user_id, seen_us=None).order_by("-id")[:limit])


def notices_new(user_id: int) -> int:
    """How many of them there are."""
    return Notice.objects.filter(user_id=user_id, seen_us=None).count()
