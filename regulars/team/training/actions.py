"""Lessons, tests, grants, and the rule that asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from regulars.core.clock import DAY
from regulars.team.actions import TeamError, audit
from regulars.team.models import Grant, Lesson, TrainingRule, Try, User
from regulars.team.training.ready import READY

LONGEST_GRANT_DAYS = 30


@transaction.atomic
def ask_for_training(*, needed: bool, by: str, at: int) -> TrainingRule:
    """Whether speaking in public needs the lessons passed and the policy read, from now on."""
    held, _made = TrainingRule.objects.get_or_create(id=1)
    if (held.public_us is not None) != needed:
        held.public_us, held.by, held.at = at if needed else None, by, at
        held.save()
        audit(by=by, act="training.rule", object="training", details={"needed": needed}, at=at)
    return held


@transaction.atomic
def take_ready_made(*, keys: Sequence[str], by: str, at: int) -> int:
    """Take ready-made lessons in; those that are there already stay as the shop made them. Returns how many "
    "are new."""
    there = set(Lesson.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [lesson for lesson in READY if lesson.key in set(keys) - there]
    for place, one in enumerate(new, start=Lesson.objects.count()):
        Lesson.objects.create(
            key=one.key,
            title=str(one.title),
            text=str(one.text),
            questions=[question.as_json() for question in one.questions],
            days=one.days,
            place=place,
            by=by,
            changed_us=at,
        )
    if new:
        audit(
            by=by, act="lesson.take", object="training", details={"lessons": ", ".join(one.key for one in new)}, at=at
        )
    return len(new)


@transaction.atomic
def save_lesson(*, lesson_id: int | None, said: dict[str, Any], by: str, at: int) -> Lesson:
    """Write or change a lesson: title, text, questions, share, days, needed. A change of text or questions is a new
    version; passes of the one before stay good until they expire. Raises TeamError."""
    _check(said)
    found = Lesson.objects.select_for_update().get(id=lesson_id) if lesson_id else Lesson(key=_key(said["title"]))
    if found.id and (found.text, found.questions) != (said["text"], said["questions"]):
        found.version += 1
    for name in ("title", "text", "questions", "share", "days", "needed"):
        setattr(found, name, said[name])
    found.by, found.changed_us = by, at
    found.save()
    audit(by=by, act="lesson.save", object=f"lesson:{found.id}", details={"version": found.version}, at=at)
    return found


@transaction.atomic
def archive_lesson(*, lesson_id: int, by: str, at: int) -> None:
    """Ask for it no more. Idempotent."""
    if Lesson.objects.filter(id=lesson_id, archived_us=None).update(archived_us=at):
        audit(by=by, act="lesson.archive", object=f"lesson:{lesson_id}", at=at)


@transaction.atomic
def take_test(*, user_id: int, lesson_id: int, answers: Sequence[Sequence[int]], at: int) -> Try:
    """A test taken: right is a question whose ticks are exactly the right ones. Passing counts until it expires."""
    lesson = Lesson.objects.get(id=lesson_id, archived_us=None)
    given = [sorted(set(answers[place])) if place < len(answers) else [] for place in range(len(lesson.questions))]
    right = sum(mine == sorted(one["right"]) for mine, one in zip(given, lesson.questions, strict=True))
    passed = right >= lesson.share * len(lesson.questions) - 1e-9
    made = Try.objects.create(
        user_id=user_id,
        lesson_id=lesson_id,
        version=lesson.version,
        at=at,
        answers=given,
        right=right,
        asked=len(lesson.questions),
        passed_us=at if passed else None,
        expires_us=at + lesson.days * DAY if passed and lesson.days else None,
    )
    details = {"right": right, "asked": made.asked, "passed": passed}
    audit(by=f"user:{user_id}", act="lesson.test", object=f"lesson:{lesson_id}", details=details, at=at)
    return made


@transaction.atomic
def grant(*, user_id: int, days: int, why: str, by: str, at: int) -> Grant:
    """Let somebody speak in public for their first days without having passed. Raises TeamError."""
    if not 1 <= days <= LONGEST_GRANT_DAYS:
        raise TeamError(_("From 1 to %d days.") % LONGEST_GRANT_DAYS)
    if not why.strip():
        raise TeamError(_("Say why, for example: first week, sits beside Mia."))
    if not User.objects.filter(id=user_id, is_active=True).exists():
        raise TeamError(_("Choose somebody on the team."))
    made = Grant.objects.create(user_id=user_id, until_us=at + days * DAY, why=why.strip()[:300], by=by, at=at)
    audit(by=by, act="training.grant", object=f"user:{user_id}", details={"days": days}, at=at)
    return made


@transaction.atomic
def end_grant(*, grant_id: int, by: str, at: int) -> None:
    """Take it back at once. Idempotent."""
    if Grant.objects.filter(id=grant_id, ended_us=None).update(ended_us=at):
        audit(by=by, act="training.end_grant", object=f"grant:{grant_id}", at=at)


def _key(title: str) -> str:
    base = slugify(title)[:32] or "lesson"
    taken = set(Lesson.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(
        key for number in range(len(taken) + 1) if (key := f"{base}-{number}" if number else base) not in taken
    )


def _check(said: dict[str, Any]) -> None:
    if not said["title"].strip() or not said["text"].strip():
        raise TeamError(_("A lesson has a title and a text."))
    if not said["questions"]:
        raise TeamError(_("Ask one question at least: without a test nobody can pass."))
    for one in said["questions"]:
        places = range(len(one["answers"]))
        if len(one["answers"]) < 2 or not one["right"] or not set(one["right"]) <= set(places):
            raise TeamError(_("“%s” needs two answers at least, and one of them right.") % one["asks"])
    if not 0.1 <= said["share"] <= 1:
        raise TeamError(_("Between a tenth and all of the questions have to be right."))
