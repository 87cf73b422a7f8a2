"""Broadcasts: one message to many, once. Planning goes through the audience by number, a batch at a time; the place
and the messages commit together, and every message has the key "b:<broadcast>:<person>"."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from django.db import connection, transaction

from regulars.channels import actions as channels
from regulars.channels.actions import plan
from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.events.again import with_patience
from regulars.events.pace import Pace
from regulars.journeys import audience
from regulars.journeys.messages import campaign_of_broadcast, published
from regulars.journeys.models import Broadcast
from regulars.journeys.voicing import Undisclosed, permit
from regulars.segments.models import Segment
from regulars.team.actions import audit

declare("broadcasts.before_commit", "broadcasts.after_commit")
AT_ONCE = 10_000
SETTINGS = ("name", "template_id", "sender_id", "segments", "minus", "topic", "priority", "holdout", "per_hour",
            "when_us", "local_time")  # fmt: skip
_pace = Pace(100, most=1000)


class CannotBroadcast(ValueError):
    """What was asked cannot be done; the message says why and what to do."""


@transaction.atomic
def create_broadcast(*, name: str, by: str, at: int, **settings: Any) -> Broadcast:
    """A draft; nothing is sent before it is launched. Settings: those of `change_broadcast`."""
    made = Broadcast(drafted_us=at, drafted_by=by)
    _apply(made, {"name": name, **settings})
    made.save()
    audit(by=by, act="broadcast.create", object=f"broadcast:{made.id}", details={}, at=at)
    return made


@transaction.atomic
def change_broadcast(*, broadcast_id: int, by: str, at: int, **settings: Any) -> Broadcast:
    """name, template_id, sender_id, segments, minus, topic, priority, holdout, per_hour, when_us, local_time
    (YYYY-MM-DDTHH:MM). Raises CannotBroadcast once it was launched."""
    found = Broadcast.objects.select_for_update().get(id=broadcast_id)
    if found.launched_us:
        raise CannotBroadcast("It was launched already: stop it, and make another one.")
    _apply(found, settings)
    found.drafted_us, found.drafted_by, found.audience = at, by, {}
    found.save()
    return found


def _apply(broadcast: Broadcast, settings: dict[str, Any]) -> None:
    unknown = sorted(settings.keys() - set(SETTINGS))
    if unknown:
        raise TypeError(f"A broadcast has no setting called {unknown[0]}.")
    for field, value in settings.items():
        setattr(broadcast, field, value)
    broadcast.name = broadcast.name.strip()[:160]
    if not broadcast.name:
        raise CannotBroadcast("Give the broadcast a name.")
    if broadcast.when_us and broadcast.local_time:
        raise CannotBroadcast("Send at one moment, or at a time of day where people live: not both.")
    if broadcast.local_time:
        _readable(broadcast.local_time)


def _readable(local: str) -> None:
    from datetime import datetime

    try:
        datetime.fromisoformat(local)
    except ValueError as error:
        raise CannotBroadcast(f"“{local}” is no time: write it like 2026-11-27T09:00.") from error


@transaction.atomic
def launch(*, broadcast_id: int, by: str, at: int, overrule: str = "") -> Broadcast:
    """Let it go, now or at its time. Idempotent. Raises CannotBroadcast when something is missing, a required
    disclosure of the brand's voice too, unless `overrule` says why; that is kept."""
    found = Broadcast.objects.select_for_update().get(id=broadcast_id)
    if found.launched_us:
        return found
    if published(found.template_id) is None:
        raise CannotBroadcast("Choose a message that is published in the library.")
    if not found.segments or Segment.objects.filter(id__in=found.segments, archived_us=None).count() < len(
        set(found.segments)
    ):
        raise CannotBroadcast("Choose at least one segment, and only segments that are in use.")
    try:
        found.overruled = permit([found.template_id], overrule=overrule, by=by, at=at)
    except Undisclosed as missing:
        raise CannotBroadcast(str(missing)) from missing
    found.campaign_id = campaign_of_broadcast(found, at=at)
    found.launched_us, found.launched_by = at, by
    found.save(update_fields=["campaign_id", "launched_us", "launched_by", "overruled"])
    details = {"overruled": found.overruled} if found.overruled else {}
    audit(by=by, act="broadcast.launch", object=f"broadcast:{broadcast_id}", details=details, at=at)
    return found


@transaction.atomic
def pause_broadcast(*, broadcast_id: int, by: str, at: int) -> None:
    """Nothing more is planned or handed off until it is resumed. Idempotent."""
    _change_running(broadcast_id, by, at, "broadcast.pause", paused_us=at)


@transaction.atomic
def resume_broadcast(*, broadcast_id: int, by: str, at: int) -> None:
    """Go on where it was paused. Idempotent."""
    _change_running(broadcast_id, by, at, "broadcast.resume", paused_us=None)


@transaction.atomic
def stop_broadcast(*, broadcast_id: int, by: str, at: int) -> None:
    """For good: what is not handed off yet never will be. Idempotent."""
    _change_running(broadcast_id, by, at, "broadcast.stop", ended_us=at)


def _change_running(broadcast_id: int, by: str, at: int, act: str, **change: Any) -> None:
    found = Broadcast.objects.select_for_update().get(id=broadcast_id)
    if not found.launched_us or found.ended_us:
        return
    Broadcast.objects.filter(id=broadcast_id).update(**change)
    do = {"broadcast.pause": channels.pause_campaign, "broadcast.resume": channels.resume_campaign}
    do.get(act, channels.stop_campaign)(campaign_id=found.campaign_id, by=by, at=at)
    audit(by=by, act=act, object=f"broadcast:{broadcast_id}", details={}, at=at)


@job(lane="long")
def count_audience(*, broadcast_id: int, at: int) -> None:
    """Count the audience and keep it beside the broadcast."""
    found = audience.audience(broadcast_id=broadcast_id, at=at)
    Broadcast.objects.filter(id=broadcast_id).update(audience=found.stored())


def plan_broadcasts(at: int) -> bool:
    """Plan the next batch of every broadcast whose time has come. Says whether there was work."""
    if connection.vendor == "postgresql":
        return any([with_patience(partial(_plan_some, one, at, AT_ONCE)) for one in _begun(at)])
    with exclusive("broadcasts") as mine:
        return mine and any([_plan_some(one, at, _pace.size) for one in _begun(at)])


def _begun(at: int) -> list[int]:
    waiting = Broadcast.objects.filter(launched_us__lte=at, planned_us=None, ended_us=None, paused_us=None)
    begun = [one for one in waiting.order_by("launched_us", "id") if audience.begins(one) <= at]
    return [one.id for one in begun if audience.is_known(one)]


def _plan_some(broadcast_id: int, at: int, size: int) -> bool:
    with transaction.atomic():
        waiting = Broadcast.objects.select_for_update(skip_locked=connection.vendor == "postgresql")
        found = waiting.filter(id=broadcast_id, planned_us=None, ended_us=None, paused_us=None).first()
        if found is None:
            return False
        began = time.monotonic()
        persons = audience.next_people(found, found.planned_to or 0, size)
        _plan(found, persons or _missed(found, at), at)
        if persons:
            Broadcast.objects.filter(id=found.id).update(planned_to=persons[-1])
        else:
            Broadcast.objects.filter(id=found.id).update(planned_us=at)
        worked = time.monotonic() - began
        failpoint("broadcasts.before_commit")
    failpoint("broadcasts.after_commit")
    _pace.learn(len(persons) or size, worked)
    return True


def _plan(broadcast: Broadcast, persons: list[int], at: int) -> None:
    if persons:
        plan(campaign_id=broadcast.campaign_id, items=audience.planned(broadcast, persons, at), at=at)


def _missed(broadcast: Broadcast, at: int) -> list[int]:
    """People who came to a smaller number by merging or separating while we went by, and have no message."""
    some, params = bulk.ids(broadcast.segments)
    rows = bulk.query(
        "SELECT DISTINCT c.person_id FROM segments_change c JOIN segments_membership m"
        " ON m.segment_id = c.segment_id AND m.person_id = c.person_id AND m.member"
        f" WHERE c.segment_id IN {some} AND c.moved AND c.entered AND c.at >= %s AND NOT EXISTS (SELECT 1"
        " FROM people_node n JOIN channels_message g ON g.node_id = n.id AND g.campaign_id = %s"
        " WHERE n.person_id = c.person_id)",
        [*params, broadcast.launched_us, broadcast.campaign_id],
    )
    moved = sorted(person for (person,) in rows)
    return [p for p in moved if audience.next_people(broadcast, p - 1, 1) == [p]]
