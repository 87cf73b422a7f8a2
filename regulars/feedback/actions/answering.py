"""Answers: one per invitation, once per confirmed page of an open link; of anonymous surveys nothing that names.

Idempotent by what they are: the same answer again changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.core.clock import HOUR
from regulars.core.crypto import digest
from regulars.core.models import Business
from regulars.core.signals import send
from regulars.feedback.actions.closing import follow_answer
from regulars.feedback.actions.telling import tell_event_log
from regulars.feedback.coding.learning import code_new
from regulars.feedback.errors import CannotAnswer, CannotDo
from regulars.feedback.figures import part_of
from regulars.feedback.models import Device, Invitation, Response, Said, Survey, SurveyVersion
from regulars.feedback.questions import Form, read, take
from regulars.feedback.signals import SurveyAnswered
from regulars.feedback.waves import bounds, wave_at
from regulars.people.actions import touch
from regulars.people.queries import person_id_of
from regulars.team.actions import audit

FILLING_US = 2 * HOUR  # an open or anonymous response may be completed for so long


@dataclass(frozen=True)
class Answered:
    """What is stored now: `answers` so far, in a form; `response_id` to go on with where no invitation says so."""

    survey: Survey
    form: Form
    answers: dict[str, Any]
    response_id: int


@transaction.atomic
def answer(*, invitation_id: int, said: Mapping[str, Any], language: str = "", source: str = "", at: int) -> Answered:
    """Store what an invited person answered. Again within the hours of the survey changes the answer. Raises
    CannotAnswer (a sentence for them) and AnswerError (which question)."""
    invitation = Invitation.objects.select_for_update().filter(id=invitation_id).first()
    if invitation is None or invitation.invited_us is None:
        raise CannotAnswer("gone", _("This link does not work any more."))
    survey = Survey.objects.get(id=invitation.survey_id)
    if at >= invitation.expires_us:
        raise CannotAnswer("expired", _("This survey has ended. Thank you for wanting to answer."))
    form = form_of(survey.id, invitation.version)
    if survey.anonymous:
        return _answer_without_name(survey, form, invitation, said, at)
    known = Response.objects.filter(invitation_id=invitation.id).first()
    if known and at > known.answered_us + survey.change_hours * HOUR:
        raise CannotAnswer("used", _("You have answered already. Thank you!"))
    response = known or _new(survey, form, invitation.version, invitation.wave, source or invitation.channel, at)
    if known is None:
        response.invitation_id, response.node_id, response.language = invitation.id, invitation.node_id, language[:12]
        response.store, response.tier, response.category = invitation.store, invitation.tier, invitation.category
        Invitation.objects.filter(id=invitation.id).update(
            answered_us=at, started_us=invitation.started_us or at, delivered_us=invitation.delivered_us or at
        )
    return _keep(survey, form, response, said, at, new=known is None)


def _answer_without_name(
    survey: Survey, form: Form, invitation: Invitation, said: Mapping[str, Any], at: int
) -> Answered:
    """Only that they answered is kept, without when; the response knows nothing of them."""
    if invitation.answered_us is not None:
        raise CannotAnswer("used", _("You have answered already. Thank you!"))
    begin = bounds(invitation.wave, Business.load().timezone)[0]
    response = _new(survey, form, invitation.version, invitation.wave, "link", begin)
    kept = _keep(survey, form, response, said, begin, new=True)
    Invitation.objects.filter(id=invitation.id).update(answered_us=begin, delivered_us=begin)
    return kept


@transaction.atomic
def answer_openly(
    *, survey_id: int, said: Mapping[str, Any], source: str, at: int, device: str = "", place: str = "",
    language: str = "", response_id: int | None = None,
) -> Answered:  # fmt: skip
    """Store an answer by an open link or on the till page; with `response_id` (out of a sealed link) go on with one.

    `device` is the cookie of the device: a second answer from it in a wave is kept and flagged. Raises CannotAnswer,
    AnswerError."""
    survey = Survey.objects.filter(id=survey_id).first()
    if survey is None or not survey.started_us or survey.stopped_us:
        raise CannotAnswer("closed", _("This survey has ended. Thank you for wanting to answer."))
    if response_id is not None:
        response = Response.objects.select_for_update().filter(id=response_id, survey_id=survey.id).first()
        if response is None:
            raise CannotAnswer("gone", _("This link does not work any more."))
        return _keep(survey, form_of(survey.id, response.version), response, said, response.answered_us, new=False)
    zone = Business.load().timezone
    wave = wave_at(survey.wave, at, zone)
    moment = bounds(wave, zone)[0] if survey.anonymous else at
    form = form_of(survey.id, survey.version)
    response = _new(survey, form, survey.version, wave, source, moment)
    response.duplicate = bool(device) and _seen_before(survey.id, wave, device)
    if not survey.anonymous:
        response.language, response.store = language[:12], place[:120]
    return _keep(survey, form, response, said, moment, new=True)


def form_of(survey_id: int, version: int) -> Form:
    """The questions of a version."""
    return read(SurveyVersion.objects.get(survey_id=survey_id, number=version).form)


def _new(survey: Survey, form: Form, version: int, wave: str, source: str, at: int) -> Response:
    return Response(
        id=secrets.randbits(53), survey_id=survey.id, version=version, wave=wave, source=source[:6], answered_us=at,
        released=not survey.anonymous,
    )  # fmt: skip


def _seen_before(survey_id: int, wave: str, device: str) -> bool:
    mark = digest(f"survey:{survey_id}:{wave}", device)
    _, new = Device.objects.get_or_create(survey_id=survey_id, wave=wave, digest=mark)
    return not new


def _keep(survey: Survey, form: Form, response: Response, said: Mapping[str, Any], at: int, *, new: bool) -> Answered:
    """Write answers, texts and score, and tell whom it concerns."""
    before, score = dict(response.answers), response.score
    answers = take(form, said, before)
    texts = {q.id: answers[q.id] for q in form.questions if q.kind == "text" and isinstance(answers.get(q.id), str)}
    stored = {name: True if name in texts else value for name, value in answers.items()}
    if not new and stored == before and not texts:
        return Answered(survey, form, answers, response.id)
    changed = any(before.get(name, value) != value for name, value in stored.items())
    response.answers = stored
    _score(response, form)
    if changed:
        response.changes += 1
        response.changed_us = None if survey.anonymous else at
    response.save(force_insert=new)
    _keep_texts(survey, response, texts, form)
    _release(survey, response.wave)
    if not survey.anonymous:
        first = new or score != response.score
        tell_event_log(survey, response, at=at, new=first)
        follow_answer(survey, form, response, texts, at=at)
    send(SurveyAnswered(response.id, survey.id, response.node_id, at))
    return Answered(survey, form, answers, response.id)


def _score(response: Response, form: Form) -> None:
    main = form.main
    score = response.answers.get(main.id) if main else None
    response.score = score
    response.part = part_of(main.kind, score) if main and score is not None else ""


def _keep_texts(survey: Survey, response: Response, texts: Mapping[str, str], form: Form) -> None:
    asked = [question.id for question in form.questions if question.id in response.answers]
    Said.objects.filter(response_id=response.id).exclude(question__in=asked).delete()
    for question, text in texts.items():
        wanted = {"survey_id": survey.id, "text": text, "language": response.language}
        Said.objects.update_or_create(response_id=response.id, question=question, defaults=wanted)
    if texts:
        kept = Said.objects.filter(response_id=response.id, question__in=texts).values_list("id", flat=True)
        code_new(list(kept), at=response.answered_us)


def _release(survey: Survey, wave: str) -> None:
    """Anonymous answers are shown together with as many others as the smallest group has: who watches the figures
    change learns nothing of one answer."""
    if survey.anonymous:
        hidden = Response.objects.filter(survey_id=survey.id, wave=wave, released=False)
        if hidden.count() >= survey.smallest_group:
            hidden.update(released=True)


@transaction.atomic
def exclude(*, response_id: int, why: str, by: str, at: int) -> None:
    """Leave an answer out of the figures; it stays, with the reason. Raises CannotDo without one."""
    if not why.strip():
        raise CannotDo("Say why: figures without a reason for what they leave out are worth nothing.")
    if Response.objects.filter(id=response_id, excluded_us=None).update(
        excluded_us=at, excluded_why=why.strip()[:200]
    ):
        _look_again(response_id, at)
        audit(by=by, act="response.exclude", object=f"response:{response_id}", at=at)


@transaction.atomic
def include(*, response_id: int, by: str, at: int) -> None:
    """Count it again."""
    if Response.objects.filter(id=response_id).exclude(excluded_us=None).update(excluded_us=None, excluded_why=""):
        _look_again(response_id, at)
        audit(by=by, act="response.include", object=f"response:{response_id}", at=at)


def _look_again(response_id: int, at: int) -> None:
    nodes = Response.objects.filter(id=response_id, node_id__isnull=False).values_list("node_id", flat=True)
    touch(person_ids=person_id_of(list(nodes)).values(), cause="derived", at=at)
