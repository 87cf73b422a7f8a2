"""What the inbox does by itself, see config/schedule.py."""

from __future__ import annotations

from django.db import transaction

from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.inbox.actions.looking import stop_looking
from regulars.inbox.actions.watching import watch
from regulars.inbox.understanding import learning as _learning  # noqa: F401 - its nightly job


@job(lane="soon")
def watch_cases(*, at: int) -> None:
    """Wake what slept, remind of what is overdue, tell the owners of the business."""
    while watch(at=at):
        pass


@job(lane="soon")
@transaction.atomic
def forget_lookers(*, at: int) -> None:
    """Who looked at a case yesterday is nobody's business."""
    stop_looking(before=at - DAY)
