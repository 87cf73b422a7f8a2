"""What colleagues were asked to do."""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk
from regulars.inbox.actions import close, write_note
from regulars.inbox.queries import by_origin
from regulars.journeys.models import Task
from regulars.team.actions import audit


@transaction.atomic
def finish_task(*, task_id: int, by: str, at: int, note: str = "") -> bool:
    """Mark a task as done; a run that waits for it goes on. False when somebody was faster."""
    done = Task.objects.filter(id=task_id, done_us=None).update(done_us=at, done_by=by, note=note.strip()[:300])
    if done:
        bulk.execute(
            "UPDATE journeys_enrolment SET due_us = %s, woken = woken + 1 WHERE ended_us IS NULL"
            " AND EXISTS (SELECT 1 FROM journeys_task t WHERE t.id = %s AND t.enrolment_id = journeys_enrolment.id"
            " AND t.step = journeys_enrolment.step)",
            [at, task_id],
        )
        _close_case(task_id, note, by, at)
        audit(by=by, act="task.finish", object=f"task:{task_id}", details={}, at=at)
    return bool(done)


def case_of(enrolment_id: int, step: str) -> str:
    """The origin of the case a step asks for."""
    return f"journey:{enrolment_id}:{step}"


def _close_case(task_id: int, note: str, by: str, at: int) -> None:
    """The case about the task ends with it; it may have ended first."""
    task = Task.objects.get(id=task_id)
    origin = case_of(task.enrolment_id, task.step)
    case = by_origin([origin]).get(origin)
    if case and case.closed_us is None:
        if note.strip():
            write_note(case_id=case.id, text=note, by=by, at=at)
        close(case_id=case.id, outcome="done", by=by, at=at)


def follow_case(*, origin: str, at: int) -> None:
    """A case that a journey asked for was closed: its task is done, and the run goes on."""
    kind, _, rest = origin.partition(":")
    enrolment, _, step = rest.partition(":")
    if kind == "journey" and enrolment.isdecimal():
        for task in Task.objects.filter(enrolment_id=int(enrolment), step=step, done_us=None):
            finish_task(task_id=task.id, by="system", at=at)
