"""Those inside when a new version was published: each stays with the old one, leaves, or goes over to a new step."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.journeys.models import Enrolment, JourneyVersion

declare("journeys.moved.before_commit", "journeys.moved.after_commit")
AT_ONCE = 500
KEEP, EXIT = "keep", "exit"


def move_those_inside(journey_id: int, at: int) -> bool:
    """Move the next few hundred, in a transaction of its own; False when all moves are done. Nobody advances in a
    journey before that, so that who stood where at publishing is moved, and nobody else."""
    found = JourneyVersion.objects.filter(journey_id=journey_id, moved_us=None).order_by("number").first()
    if found is None:
        return False
    with transaction.atomic():
        held = JourneyVersion.objects.select_for_update().get(id=found.id)
        if held.moved_us is None and not _move_some(held, at):
            held.moved_us = at
            held.save(update_fields=["moved_us"])
        failpoint("journeys.moved.before_commit")
    failpoint("journeys.moved.after_commit")
    return True


def _move_some(to: JourneyVersion, at: int) -> int:
    """Some of those who stand at a step that is to be left; everybody moved has a newer version or is out."""
    leaving = {old: new for old, new in to.moves.items() if new != KEEP}
    if not leaving:
        return 0
    inside = Enrolment.objects.filter(
        journey_id=to.journey_id, version__lt=to.number, step__in=leaving, ended_us=None
    ).order_by("id")
    some = list(inside.values_list("id", "step")[:AT_ONCE])
    out = [run for run, step in some if leaving[step] == EXIT]
    if out:
        why = f"left when version {to.number} was published"
        _where(out, "ended_us = %s, due_us = NULL, outcome = 'exited', why = %s", [at, why])
    for new in sorted(set(leaving.values()) - {EXIT}):
        same = [run for run, step in some if leaving[step] == new == step]
        other = [run for run, step in some if leaving[step] == new != step]
        _where(same, "version = %s, due_us = %s, woken = woken + 1", [to.number, at])
        _where(other, "version = %s, step = %s, arrived_us = %s, due_us = %s, woken = woken + 1",
               [to.number, new, at, at])  # fmt: skip
    return len(some)


def _where(runs: Sequence[int], change: str, values: list) -> None:
    if runs:
        sql, params = bulk.ids(runs)
        bulk.execute(f"UPDATE journeys_enrolment SET {change} WHERE id IN {sql}", [*values, *params])
