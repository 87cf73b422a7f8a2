"""What colleagues were asked to do."""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk
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
        audit(by=by, act="task.finish", object=f"task:{task_id}", details={}, at=at)
    return bool(done)
