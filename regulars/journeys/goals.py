"""Goals that are conditions: who came to meet them since entering, and who met them before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection

from regulars.core import bulk
from regulars.core.clock import SECOND
from regulars.journeys.conditions import meets, not_ready
from regulars.journeys.models import JourneyVersion
from regulars.journeys.step import Batch, Moves, end, stay
from regulars.journeys.versions import Version

PAUSE = SECOND
BEFORE = "met the goal before entering"


def those_who_meet(version: Version, condition: dict[str, Any], batch: Batch) -> Moves:
    """From the truth as it is now. Whoever met it before entering leaves, too, and is no success; who has events that
    are not counted yet waits for a second."""
    early = not_ready(condition, batch.persons)
    there = meets(condition, [person for person in batch.persons if person not in early], batch.at)
    since = _since(version, there)
    moves: Moves = {run.id: stay(batch.at + PAUSE) for run in batch.runs if run.person_id in early}
    for run in batch.runs:
        if run.person_id in there:
            before = since.get(run.person_id, run.entered_us + 1) <= run.entered_us
            moves[run.id] = end("exited" if before else "goal", why=BEFORE if before else "", unseen=True)
    return moves


def _since(version: Version, person_ids: set[int]) -> dict[int, int]:
    """Since when they meet it, as the segment of the goal knows; who is absent came to meet it just now."""
    which = {"journey_id": version.journey_id, "number": version.number}
    segment = JourneyVersion.objects.values_list("goal_segment_id", flat=True).get(**which)
    if segment is None or not person_ids:
        return {}
    some, params = bulk.ids(person_ids)
    sql = "SELECT person_id, since_us FROM segments_membership WHERE segment_id = %s AND member AND person_id IN "
    return dict(bulk.query(sql + some, [segment, *params]))


def wake(changes: Sequence[tuple[int, int]], at: int) -> None:
    """(segment, person) who entered: whoever is inside a journey whose goal that is, is looked at now."""
    goals = defaultdict(list)
    found = JourneyVersion.objects.filter(goal_segment_id__isnull=False)
    for segment, journey, number in found.values_list("goal_segment_id", "journey_id", "number"):
        goals[segment].append((journey, number))
    rows = sorted({(*place, person) for segment, person in changes for place in goals.get(segment, ())})
    if rows:
        least = "LEAST" if connection.vendor == "postgresql" else "MIN"
        table, params = bulk.table({"journey": "bigint", "version": "bigint", "person": "bigint"}, rows)
        bulk.execute(
            f"UPDATE journeys_enrolment SET due_us = {least}(due_us, %s), woken = woken + 1 FROM {table}"
            " WHERE journey_id = v.journey AND journeys_enrolment.version = v.version AND person_id = v.person"
            " AND ended_us IS NULL",
            [at, *params],
        )
