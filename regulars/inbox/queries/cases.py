"""What is asked of single cases: their state, whose they are, who looks at them, who was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.core import bulk
from regulars.core.clock import MINUTE, SECOND
from regulars.inbox.models import Case, Notice
from regulars.people.models import Node

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


@dataclass(frozen=True)
class Pulse:
    """What an open conversation is asked for every second. `posts`: (number, state) of our answers; `others`: (user's
    number, whether they are writing) of everybody else who has it open."""

    changed_us: int
    posts: list[tuple[int, int]]
    others: list[tuple[int, bool]]


PULSE = (
    "SELECT 0, 0, changed_us FROM inbox_case WHERE id = %s UNION ALL"
    " SELECT 1, id, state FROM channels_post WHERE origin = %s UNION ALL"
    " SELECT 2, user_id, COALESCE(typed_us, 0) FROM inbox_looking"
    " WHERE case_id = %s AND seen_us > %s AND user_id <> %s"
)


def pulse(case_id: int, *, user_id: int, at: int) -> Pulse | None:
    """In one question by indexes; None where there is no such case."""
    rows = bulk.query(PULSE, [case_id, f"case:{case_id}", case_id, at - PRESENT_US, user_id])
    changed, posts, others = ([(key, value) for part, key, value in rows if part == which] for which in range(3))
    looking = sorted((who, typed > at - TYPING_US) for who, typed in others)
    return Pulse(changed[0][1], posts, looking) if changed else None


def notices_of(user_id: int, *, limit: int = 20) -> list[Notice]:
    """What a colleague has not yet seen, newest first."""
    return list(Notice.objects.filter(user_id=user_id, seen_us=None).order_by("-id")[:limit])


def notices_new(user_id: int) -> int:
    """How many of them there are."""
    return Notice.objects.filter(user_id=user_id, seen_us=None).count()
