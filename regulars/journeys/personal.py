"""What journeys hold of people: which ones they went through, and every step taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core.plugs import PersonalTable, register
from regulars.journeys.models import Enrolment, Passage, Task

EXPORTED = ("journey_id", "version", "entered_us", "step", "held_out", "ended_us", "outcome", "why")


def _enrolments(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Enrolment.objects.filter(node_id__in=node_ids).order_by("id").values(*EXPORTED))


def _end(node_ids: Sequence[int], at: int) -> int:
    """The run ends; its bare row stays, so that the same occasion does not begin again."""
    theirs = Enrolment.objects.filter(node_id__in=node_ids)
    return theirs.filter(ended_us=None).update(ended_us=at, due_us=None, outcome="exited", why="erased")


def _passages(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    theirs = Enrolment.objects.filter(node_id__in=node_ids).values("id")
    return list(
        Passage.objects.filter(enrolment_id__in=theirs).order_by("id").values("step", "at", "outcome", "facts")
    )


def _forget_passages(node_ids: Sequence[int], at: int) -> int:
    """The steps stay, the numbers they decided on go."""
    theirs = Enrolment.objects.filter(node_id__in=node_ids).values("id")
    return Passage.objects.filter(enrolment_id__in=theirs).update(facts=None)


def _tasks(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(
        Task.objects.filter(node_id__in=node_ids).order_by("id").values("text", "note", "created_us", "done_us")
    )


def _forget_tasks(node_ids: Sequence[int], at: int) -> int:
    return Task.objects.filter(node_id__in=node_ids).delete()[0]


register(
    PersonalTable(
        table="journeys_enrolment",
        room="journeys",
        holds="which journeys the person went through",
        export=_enrolments,
        erase=_end,
    ),
    PersonalTable(
        table="journeys_passage",
        room="journeys",
        holds="the steps the person took",
        export=_passages,
        erase=_forget_passages,
    ),
    PersonalTable(
        table="journeys_task",
        room="journeys",
        holds="what colleagues were asked to do about the person, and what they wrote",
        export=_tasks,
        erase=_forget_tasks,
    ),
)
