"""Making journeys and changing their drafts; pausing, resuming, archiving."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.core import bulk
from regulars.core.jobs import job
from regulars.journeys import messages
from regulars.journeys.actions.histories import put
from regulars.journeys.models import Journey, JourneyVersion
from regulars.journeys.tree import TreeError
from regulars.segments.actions import archive_segment
from regulars.segments.models import Segment
from regulars.team.actions import audit

EMPTY: dict[str, Any] = {"start": {"kind": "manual"}, "steps": []}


@transaction.atomic
def create_journey(
    *, name: str, by: str, at: int, tree: dict[str, Any] | None = None, description: str = ""
) -> Journey:
    """A new journey with a draft; nobody enters before it is published. Raises TreeError about the name."""
    made = Journey.objects.create(
        name=_name(name),
        description=description.strip(),
        drafted_us=at,
        drafted_by=by,
        created_us=at,
    )
    put(made, tree or EMPTY, by, at)
    audit(by=by, act="journey.create", object=f"journey:{made.id}", details={}, at=at)
    return made


@transaction.atomic
def change_settings(*, journey_id: int, by: str, at: int, **settings: Any) -> Journey:
    """name, description, holdout (0 to 1), priority (0 to 100), topic. A holdout counts for those who enter from now;
    priority and topic at once. Raises TreeError."""
    found = Journey.objects.select_for_update().get(id=journey_id, archived_us=None)
    for field, value in settings.items():
        setattr(found, field, _name(value, but=journey_id) if field == "name" else value)
    if not 0 <= found.holdout <= 0.5:
        raise TreeError("holdout", "Hold out at most half of the people.")
    if not 0 <= found.priority <= 100:
        raise TreeError("priority", "A priority is 0 to 100.")
    found.save(update_fields=list(settings))
    if {"priority", "topic"} & set(settings):
        messages.renew_campaigns(found, at=at)
    audit(by=by, act="journey.change", object=f"journey:{journey_id}", details={"what": sorted(settings)}, at=at)
    return found


def _name(name: str, *, but: int | None = None) -> str:
    name = name.strip()
    if not name or len(name) > 120:
        raise TreeError("name", "Give the journey a name of up to 120 characters.")
    if Journey.objects.filter(name=name).exclude(id=but).exists():
        raise TreeError("name", f"There is a journey called “{name}” already.")
    return name


@transaction.atomic
def pause_journey(*, journey_id: int, by: str, at: int) -> None:
    """Nothing happens from now on, and what is planned waits: people still enter, and wait. Idempotent."""
    if Journey.objects.filter(id=journey_id, paused_us=None, archived_us=None).update(paused_us=at):
        messages.pause_messages(journey_id, by=by, at=at)
        audit(by=by, act="journey.pause", object=f"journey:{journey_id}", details={}, at=at)


@transaction.atomic
def resume_journey(*, journey_id: int, by: str, at: int) -> None:
    """Go on: what fell due in the meantime is done now, one step after the other. Idempotent."""
    if Journey.objects.filter(id=journey_id, archived_us=None).exclude(paused_us=None).update(paused_us=None):
        messages.resume_messages(journey_id, by=by, at=at)
        audit(by=by, act="journey.resume", object=f"journey:{journey_id}", details={}, at=at)


@transaction.atomic
def archive_journey(*, journey_id: int, by: str, at: int) -> None:
    """Take it out of use: nobody enters, everybody inside is out, no message goes; what was, stays readable."""
    found = Journey.objects.select_for_update().get(id=journey_id, archived_us=None)
    found.archived_us, found.name = at, f"{found.name[:100]} (archived {found.id})"
    found.save(update_fields=["archived_us", "name"])
    versions = JourneyVersion.objects.filter(journey_id=journey_id, goal_segment_id__isnull=False)
    kept = {found.segment_id, *versions.values_list("goal_segment_id", flat=True)} - {None}
    for segment in Segment.objects.filter(id__in=kept, archived_us=None):
        archive_segment(segment_id=segment.id, by=by, at=at)
    messages.stop_messages(journey_id, by=by, at=at)
    see_off.later(journey_id=journey_id, at=at)
    audit(by=by, act="journey.archive", object=f"journey:{journey_id}", details={}, at=at)


@job(lane="soon")
def see_off(*, journey_id: int, at: int) -> None:
    """End the runs of an archived journey, a few hundred at a time."""
    some = "SELECT id FROM journeys_enrolment WHERE journey_id = %s AND ended_us IS NULL ORDER BY id LIMIT 500"
    change = "ended_us = %s, due_us = NULL, outcome = 'stopped', why = 'the journey was archived'"
    while bulk.execute(f"UPDATE journeys_enrolment SET {change} WHERE id IN ({some})", [at, journey_id]):
        pass


@transaction.atomic
def stop_enrolment(*, enrolment_id: int, by: str, at: int) -> bool:
    """Take one person out of a journey; False when the run was over already."""
    change = "ended_us = %s, due_us = NULL, outcome = 'stopped', why = 'taken out by hand'"
    stopped = bulk.execute(
        f"UPDATE journeys_enrolment SET {change} WHERE id = %s AND ended_us IS NULL", [at, enrolment_id]
    )
    if stopped:
        audit(by=by, act="journey.stop_run", object=f"enrolment:{enrolment_id}", details={}, at=at)
    return bool(stopped)
