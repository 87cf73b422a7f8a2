"""What the room does by itself at its times, see config/schedule.py."""

from __future__ import annotations

from django.db import transaction

from regulars.core.clock import DAY, MINUTE, WEEK
from regulars.core.jobs import job
from regulars.social.actions import alerts, concluding, counting, gathering, noticing, repeating, scheduling, stories
from regulars.social.models import Loudness

QUARTERS, HOURS = 10 * DAY, 60 * WEEK


@job(lane="soon")
def watch_topics(*, at: int) -> None:
    """Tell what rises."""
    alerts.watch(at=at)


@job(lane="long")
def tell_stories(*, at: int) -> None:
    """What is said of each topic now."""
    while stories.tell_stories(at=at):
        pass


@job(lane="soon")
@transaction.atomic
def forget_old_counts(*, at: int) -> None:
    """Quarters of an hour after ten days, hours after sixty weeks."""
    Loudness.objects.filter(minutes=15, slot__lt=(at - QUARTERS) // (15 * MINUTE)).delete()
    Loudness.objects.filter(minutes=60, slot__lt=(at - HOURS) // (60 * MINUTE)).delete()


@job(lane="long")
def plan_ahead(*, at: int) -> None:
    """The coming days of every series, and drafts from the kinds of ideas the shop wants as drafts."""
    scheduling.follow_clock(at=at)
    repeating.make_days(at=at)
    gathering.gather(at=at)


@job(lane="long")
def look_at_results(*, at: int) -> None:
    """Whether a network changed, what engaging goes with; and which device followed which link is forgotten."""
    noticing.notice_shifts(at=at)
    concluding.conclude(at=at)
    counting.forget_visitors(at=at)
