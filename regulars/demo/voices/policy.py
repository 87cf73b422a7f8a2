"""Northgate's policy and training: what it says in public, who read it, who passed which lesson."""

from __future__ import annotations

from regulars.team.models import User
from regulars.team.policy.actions import acknowledge, publish_policy
from regulars.team.policy.parts import starting_parts
from regulars.team.policy.queries import policy
from regulars.team.training.actions import take_ready_made, take_test
from regulars.team.training.models import Lesson
from regulars.team.training.ready import READY


def agree_on_it(*, at: int) -> None:
    """A policy that colleagues have read, the ready-made lessons, and their tests. Idempotent."""
    if policy() is not None:
        return
    tom, priya = (User.objects.get(name=name) for name in ("Tom Whitford", "Priya Shah"))
    made = publish_policy(parts=starting_parts(), changed="", again=False, by=tom.by, at=at)
    take_ready_made(keys=[lesson.key for lesson in READY], by=tom.by, at=at)
    for user in (tom, priya):
        acknowledge(user_id=user.id, number=made.number, at=at)
    for place, lesson in enumerate(Lesson.objects.order_by("place")):
        right = [question["right"] for question in lesson.questions]
        take_test(user_id=tom.id, lesson_id=lesson.id, answers=right, at=at)
        if place < 2:  # Priya still has some to do
            take_test(user_id=priya.id, lesson_id=lesson.id, answers=right, at=at)
