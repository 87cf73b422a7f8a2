"""Practice that was played, and what was said in it."""

from __future__ import annotations

from regulars.team.models import Drill, DrillAnswer


def drill(drill_id: int) -> Drill | None:
    """One of them."""
    return Drill.objects.filter(id=drill_id).first()


def answers(drill_id: int) -> list[DrillAnswer]:
    """What was answered, in order."""
    return list(DrillAnswer.objects.filter(drill_id=drill_id).order_by("turn"))


def drills_of(user_id: int, *, limit: int = 30) -> list[Drill]:
    """A colleague's own, newest first."""
    return list(Drill.objects.filter(user_id=user_id).order_by("-id")[:limit])


def to_judge(user_id: int, *, limit: int = 30) -> list[Drill]:
    """Ended ones of others that no colleague has looked at, oldest first."""
    open_ones = Drill.objects.filter(ended_us__isnull=False, colleague_us=None).exclude(user_id=user_id)
    return list(open_ones.order_by("ended_us")[:limit])
