"""The rules people set: topics, caps and quiet hours."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify

from regulars.channels.actions.errors import CannotSend
from regulars.channels.models import Cap, QuietHours, Topic
from regulars.core.clock import DAY
from regulars.team.actions import audit

RESERVED = {"marketing", "tracking", "transactional"}


@transaction.atomic
def save_topic(*, topic_id: int | None = None, name: str, description: str = "", by: str, at: int) -> Topic:
    """A topic customers can choose; its key, by which consents know it, never changes. Raises CannotSend."""
    topic = Topic.objects.get(id=topic_id) if topic_id else Topic(order=Topic.objects.count())
    topic.name, topic.description = " ".join(name.split()), description.strip()
    if not topic.name:
        raise CannotSend("Give the topic a name.")
    if not topic.key:
        topic.key = slugify(topic.name)[:40] or f"topic-{at // 1_000_000}"
        if topic.key in RESERVED or Topic.objects.filter(key=topic.key).exists():
            raise CannotSend(f"There is already a topic called “{topic.name}”, or the name is reserved.")
    topic.archived_us = None
    topic.save()
    audit(by=by, act="topic.save", object=f"topic:{topic.key}", details={}, at=at)
    return topic


@transaction.atomic
def archive_topic(*, topic_id: int, by: str, at: int) -> None:
    """It is offered no more; the consents people gave stay in the ledger. Idempotent."""
    if Topic.objects.filter(id=topic_id, archived_us=None).update(archived_us=at):
        audit(by=by, act="topic.archive", object=f"topic:{topic_id}", details={}, at=at)


@transaction.atomic
def set_cap(*, channel: str = "", most: int, days: int, by: str, at: int) -> Cap:
    """At most `most` marketing messages in any `days` days, over all channels or one. Raises CannotSend."""
    if not (1 <= most <= 1000 and 1 <= days <= 366):
        raise CannotSend("A cap is 1 to 1,000 messages in 1 to 366 days.")
    cap, _ = Cap.objects.update_or_create(
        channel=channel, window_us=days * DAY, defaults={"most": most, "changed_us": at, "changed_by": by}
    )
    audit(by=by, act="cap.set", object=f"cap:{cap.id}", details={"most": most, "days": days}, at=at)
    return cap


@transaction.atomic
def remove_cap(*, cap_id: int, by: str, at: int) -> None:
    """One rule less about how often people hear from us. Idempotent."""
    if Cap.objects.filter(id=cap_id).delete()[0]:
        audit(by=by, act="cap.remove", object=f"cap:{cap_id}", details={}, at=at)


@transaction.atomic
def set_quiet_hours(*, channel: str, start: int, end: int, weekdays_off: list[int], by: str, at: int) -> QuietHours:
    """When marketing waits, by each person's own clock: minutes after midnight. Equal times: no quiet hours."""
    if not (0 <= start < 24 * 60 and 0 <= end < 24 * 60 and set(weekdays_off) <= set(range(7))):
        raise CannotSend("Quiet hours are times of a day, and days of a week.")
    if len(set(weekdays_off)) == 7:
        raise CannotSend("With every day off no marketing would ever leave. Pause the campaigns instead.")
    quiet, _ = QuietHours.objects.update_or_create(
        channel=channel,
        defaults={
            "start": start,
            "end": end,
            "weekdays_off": sorted(set(weekdays_off)),
            "changed_us": at,
            "changed_by": by,
        },
    )
    audit(by=by, act="quiet.set", object=f"quiet:{channel}", details={"start": start, "end": end}, at=at)
    return quiet
