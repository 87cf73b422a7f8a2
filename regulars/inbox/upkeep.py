"""What the inbox does by itself, see config/schedule.py."""

from __future__ import annotations

from django.db import connection, transaction

from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.inbox.actions.following import follow
from regulars.inbox.actions.looking import stop_looking
from regulars.inbox.actions.ruling import act_on_time
from regulars.inbox.actions.watching import watch
from regulars.inbox.days import keep_days
from regulars.inbox.searching import tidy_index
from regulars.inbox.understanding import learning as _learning  # noqa: F401 - its nightly job


@job(lane="soon")
def watch_cases(*, at: int) -> None:
    """Wake what slept, remind of what is overdue, tell the owners of the business."""
    while watch(at=at):
        pass
    act_on_time(at=at)


@job(lane="soon")
def keep_waits(*, at: int) -> None:
    """Reports read past days from arrays; those that changed are kept anew."""
    keep_days(at=at)


@job(lane="soon")
@transaction.atomic
def forget_lookers(*, at: int) -> None:
    """Who looked at a case yesterday is nobody's business."""
    stop_looking(before=at - DAY)


@job(lane="long")
def follow_people(*, at: int) -> None:
    """What became of people whose conversations were closed; and the index of words is merged."""
    follow(at=at)
    if connection.vendor == "sqlite":
        while tidy_index():
            pass
