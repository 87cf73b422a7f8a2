"""Playing a scenario, and looking at how a colleague did."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.core.clock import SECOND
from regulars.team.actions import TeamError, audit
from regulars.team.drills.scenarios import SCENARIOS
from regulars.team.models import Drill, DrillAnswer

COSTS = {"change": 35, "second": 15, "note": 0}
LONGEST = 5000


@transaction.atomic
def begin_drill(*, scenario: str, user_id: int, at: int) -> Drill:
    """A practice conversation for a colleague; one they began and did not end goes on. Raises TeamError."""
    if scenario not in SCENARIOS:
        raise TeamError(_("There is no such practice: choose one from the list."))
    going = Drill.objects.filter(scenario=scenario, user_id=user_id, ended_us=None).first()
    if going is not None:
        return going
    made = Drill.objects.create(scenario=scenario, user_id=user_id, started_us=at)
    audit(by=f"user:{user_id}", act="drill.begin", object=f"drill:{made.id}", details={"scenario": scenario}, at=at)
    return made


@transaction.atomic
def answer_drill(
    *, drill_id: int, turn: int, text: str, verdict: str, findings: list[dict[str, Any]], at: int
) -> DrillAnswer:
    """What the colleague answers to the message of this turn, with what the honesty gate said of it (the page asks
    the gate, which lives above this room). Kept, never sent: only the pages of practice read it. Raises TeamError."""
    drill = Drill.objects.select_for_update().get(id=drill_id, ended_us=None)
    if turn != drill.turn:
        raise TeamError(_("This message is answered already."))
    if not text.strip():
        raise TeamError(_("Write an answer. “I would not answer” is one, too, if you say why."))
    lines = SCENARIOS[drill.scenario].lines
    before = DrillAnswer.objects.filter(drill_id=drill_id).order_by("-turn").values_list("at", flat=True).first()
    made = DrillAnswer.objects.create(
        drill_id=drill_id,
        turn=turn,
        text=text.strip()[:LONGEST],
        verdict=verdict,
        findings=findings,
        points=max(0, 100 - sum(COSTS[one["weight"]] for one in findings)),
        seconds=(at - (before or drill.started_us)) // SECOND,
        at=at,
    )
    drill.turn += 1
    if drill.turn == len(lines):
        _end(drill, at)
    drill.save()
    return made


def _end(drill: Drill, at: int) -> None:
    points = list(DrillAnswer.objects.filter(drill_id=drill.id).values_list("points", flat=True))
    drill.ended_us, drill.points = at, round(sum(points) / len(points))
    details = {"scenario": drill.scenario, "points": drill.points}
    audit(by=f"user:{drill.user_id}", act="drill.end", object=f"drill:{drill.id}", details=details, at=at)


@transaction.atomic
def judge_drill(*, drill_id: int, points: int, said: str, user_id: int, at: int) -> Drill:
    """How a colleague finds it: 1 to 5 and some words. Never one's own. Raises TeamError."""
    drill = Drill.objects.select_for_update().get(id=drill_id)
    if drill.ended_us is None:
        raise TeamError(_("It is not over yet."))
    if drill.user_id == user_id:
        raise TeamError(_("It is your own: ask a colleague to look at it."))
    if points not in range(1, 6) or not said.strip():
        raise TeamError(_("Give 1 to 5, and say in a sentence what was good and what to try next time."))
    drill.colleague_id, drill.colleague_points, drill.colleague_said, drill.colleague_us = user_id, points, said, at
    drill.save()
    audit(by=f"user:{user_id}", act="drill.judge", object=f"drill:{drill.id}", details={"points": points}, at=at)
    return drill
