"""Publishing a draft: an immutable version that newcomers enter, and what becomes of those inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from regulars.core.failpoints import declare, failpoint
from regulars.journeys.actions.enrolling import enrol_segment
from regulars.journeys.actions.moving import EXIT, KEEP
from regulars.journeys.messages import campaign_of_step, published
from regulars.journeys.models import Enrolment, Journey, JourneyVersion
from regulars.journeys.tree import Start, Tree, TreeError, faults, hidden_condition, parse, walk
from regulars.journeys.voicing import Undisclosed, permit
from regulars.segments.actions import archive_segment, change_segment, create_segment
from regulars.segments.catalog import catalog_now
from regulars.segments.models import Segment
from regulars.team.actions import audit

declare("journeys.published.before_commit", "journeys.published.after_commit")


def publish(
    *, journey_id: int, by: str, at: int, moves: Mapping[str, str] | None = None, overrule: str = ""
) -> JourneyVersion:
    """Make the draft the live version. `moves`: for each step where people of older versions stand, "keep" (they
    finish the old version; so do those at steps not named), "exit", or a step of the new one. Raises TreeError, also
    for a text without a required disclosure, unless `overrule` says why; that is kept."""
    made = _publish(journey_id, dict(moves or {}), overrule, by, at)
    failpoint("journeys.published.after_commit")
    return made


@transaction.atomic
def _publish(journey_id: int, moves: dict[str, str], overrule: str, by: str, at: int) -> JourneyVersion:
    journey = Journey.objects.select_for_update().get(id=journey_id, archived_us=None)
    tree = parse(journey.draft, catalog_now())
    if found := missing(tree):
        raise found[0]
    _check_moves(tree, moves)
    overruled = _permitted(tree, overrule, by, at)
    number = journey.live_version + 1
    campaigns = {
        step.id: campaign_of_step(journey, number, step, at=at) for step, _ in walk(tree.steps) if step.kind == "send"
    }
    made = JourneyVersion.objects.create(
        journey_id=journey_id, number=number, tree=journey.draft, campaigns=campaigns, moves=moves, at=at, by=by,
        moved_us=None if set(moves.values()) - {KEEP} else at, overruled=overruled,
        goal_segment_id=_goal_segment(journey, number, tree, by, at),
    )  # fmt: skip
    _go_live(journey, made, tree, by, at)
    details = {"version": number} | ({"overruled": overruled} if overruled else {})
    audit(by=by, act="journey.publish", object=f"journey:{journey_id}", details=details, at=at)
    failpoint("journeys.published.before_commit")
    return made


def _goal_segment(journey: Journey, number: int, tree: Tree, by: str, at: int) -> int | None:
    """The segment that finds who comes to meet the goal; that of an earlier version with the same goal is kept.

    Those of versions in which nobody is any more find nobody any more.
    """
    kept, needed, found = None, set(), JourneyVersion.objects.filter(journey_id=journey.id)
    inside = set(Enrolment.objects.filter(journey_id=journey.id, ended_us=None).values_list("version", flat=True))
    for old in found.filter(goal_segment_id__isnull=False).order_by("number"):
        if tree.goal and old.tree.get("goal") == {"condition": tree.goal.condition}:
            kept = old.goal_segment_id
        needed |= {old.goal_segment_id} if old.number in inside else set()
    owned = Segment.objects.filter(id__in=found.values("goal_segment_id"), archived_us=None)
    kept = kept if owned.filter(id=kept).exists() else None
    for one in owned.exclude(id__in=needed | {kept or 0}):
        archive_segment(segment_id=one.id, by=by, at=at)
    if kept or tree.goal is None or tree.goal.condition is None:
        return kept
    name = f"{journey.name[:70]} (goal of journey {journey.id}, version {number})"
    return create_segment(name=name, definition=tree.goal.condition, owner=f"journey:{journey.id}", by=by, at=at).id


def _permitted(tree: Tree, overrule: str, by: str, at: int) -> dict[str, Any] | None:
    try:
        return permit(templates_of(tree), overrule=overrule, by=by, at=at)
    except Undisclosed as missing:
        raise TreeError("overrule", str(missing)) from missing


def templates_of(tree: Tree) -> list[int]:
    """What it sends."""
    return [step.template for step, _ in walk(tree.steps) if step.kind == "send"]


def _go_live(journey: Journey, made: JourneyVersion, tree: Tree, by: str, at: int) -> None:
    journey.segment_id = _own_segment(journey, tree.start, by, at)
    journey.live_version, journey.live_us = made.number, journey.live_us or at
    journey.save(update_fields=["live_version", "segment_id", "live_us"])
    if tree.start.kind == "segment" and tree.start.existing:
        enrol_segment.later(
            journey_id=journey.id, segment_id=tree.start.segment, occasion=f"existing:{made.number}", at=at
        )


def _own_segment(journey: Journey, start: Start, by: str, at: int) -> int | None:
    """The segment that finds who meets the start; once made it is kept and changed with it."""
    condition = hidden_condition(start)
    if condition is None:
        return journey.segment_id
    if journey.segment_id:
        change_segment(segment_id=journey.segment_id, definition=condition, by=by, at=at)
        return journey.segment_id
    name = f"{journey.name[:80]} (start of journey {journey.id})"
    return create_segment(name=name, definition=condition, owner=f"journey:{journey.id}", by=by, at=at).id


def faults_now(raw: Any) -> list[TreeError]:
    """Everything that keeps a draft from being published today."""
    found = faults(raw, catalog_now())
    return found or missing(parse(raw, None))


def missing(tree: Tree) -> list[TreeError]:
    """What the tree speaks of and is not there."""
    found = []
    kinds = dict(Segment.objects.filter(archived_us=None).values_list("id", "kind"))
    if tree.start.kind == "segment" and tree.start.segment not in kinds:
        found.append(TreeError("start.segment", "The segment it starts on is no longer in use.", step="start"))
    for step, _ in walk(tree.steps):
        if step.kind == "send" and published(step.template) is None:
            said = "This message is not published: publish it in the library first."
            found.append(TreeError("template", said, step=step.id))
        if step.kind == "list" and kinds.get(step.list) != "list":
            found.append(TreeError("list", "This list is no longer in use.", step=step.id))
    return found


def _check_moves(tree: Tree, moves: Mapping[str, str]) -> None:
    known = {step.id for step, _ in walk(tree.steps)} | {KEEP, EXIT}
    for old, new in moves.items():
        if new not in known:
            raise TreeError("moves", f"People at step {old} cannot go to “{new}”: the new version has no such step.")
