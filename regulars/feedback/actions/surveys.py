"""Making, starting and stopping surveys."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from regulars.feedback import letters, triggers
from regulars.feedback.errors import CannotDo
from regulars.feedback.models import Invitation, Survey, SurveyVersion
from regulars.feedback.questions import FormError, read, ready_made
from regulars.feedback.waves import KINDS as WAVES
from regulars.team.actions import audit

SETTINGS = (
    "name", "anonymous", "smallest_group", "trigger", "wave", "share", "rest_days", "again_days", "channel",
    "priority",
    "open_link", "change_hours", "closes_loop", "reask_days", "review_links", "template_id",
)  # fmt: skip
LEAST_GROUP = 3


@transaction.atomic
def create_survey(*, name: str, kind: str, by: str, at: int, form: dict | None = None, **settings: Any) -> Survey:
    """A new survey of a kind (nps, csat, short) with a form to begin with. Raises CannotDo."""
    if kind not in ("nps", "csat", "short"):
        raise CannotDo("A survey is about recommending (nps), satisfaction (csat), or a short one of your own.")
    survey = Survey(
        name=_name(name), slug=_slug(name), kind=kind, draft=form or ready_made(kind), created_us=at, created_by=by
    )
    _apply(survey, settings, form)
    survey.save(force_insert=True)
    audit(by=by, act="survey.create", object=f"survey:{survey.id}", details={"kind": kind}, at=at)
    return survey


@transaction.atomic
def change_survey(*, survey_id: int, by: str, at: int, form: dict | None = None, **settings: Any) -> Survey:
    """Change questions or settings. What was asked before stays as it was asked. Raises CannotDo."""
    survey = _locked(survey_id)
    if survey.started_us and settings.get("anonymous", survey.anonymous) != survey.anonymous:
        raise CannotDo("People were told whether their answers are anonymous. Make a new survey instead.")
    _apply(survey, settings, form)
    survey.save()
    if survey.started_us and not survey.stopped_us and form is not None:
        _publish(survey, by, at)
    audit(by=by, act="survey.change", object=f"survey:{survey_id}", details={"settings": sorted(settings)}, at=at)
    return survey


@transaction.atomic
def start_survey(*, survey_id: int, by: str, at: int) -> Survey:
    """Begin to ask. Nobody is asked for what happened before. Idempotent. Raises CannotDo."""
    survey = _locked(survey_id)
    if survey.started_us and not survey.stopped_us:
        return survey
    triggers.read(survey.trigger)
    survey.started_us, survey.stopped_us, survey.planned_us = at, None, 0
    _publish(survey, by, at)
    audit(by=by, act="survey.start", object=f"survey:{survey_id}", at=at)
    return survey


@transaction.atomic
def stop_survey(*, survey_id: int, by: str, at: int) -> None:
    """Ask nobody any more; who was asked may still answer. Idempotent."""
    if Survey.objects.filter(id=survey_id, stopped_us=None, started_us__isnull=False).update(stopped_us=at):
        waiting = Invitation.objects.filter(survey_id=survey_id, invited_us=None, dropped_us=None)
        waiting.update(dropped_us=at, why="stopped")
        audit(by=by, act="survey.stop", object=f"survey:{survey_id}", at=at)


def _locked(survey_id: int) -> Survey:
    found = Survey.objects.select_for_update().filter(id=survey_id).first()
    if found is None:
        raise CannotDo("There is no such survey.")
    return found


def _publish(survey: Survey, by: str, at: int) -> None:
    """The questions as they are asked from now on, and the message that asks them."""
    form = read(survey.draft)
    last = SurveyVersion.objects.filter(survey_id=survey.id, number=survey.version).first()
    if last is None or last.form != survey.draft:
        survey.version += 1
        SurveyVersion.objects.create(survey_id=survey.id, number=survey.version, form=survey.draft, at=at, by=by)
        if survey.template_id is None or last is not None:
            survey.template_id = letters.write(survey, form, at=at, by=by)
    survey.save()


def _apply(survey: Survey, settings: dict[str, Any], form: dict | None) -> None:
    unknown = sorted(settings.keys() - set(SETTINGS))
    if unknown:
        raise TypeError(f"A survey has no setting called {unknown[0]}.")
    for name, value in settings.items():
        setattr(survey, name, value)
    if form is not None:
        survey.draft = form
    survey.name = _name(survey.name, survey.id)
    _check(survey)


def _check(survey: Survey) -> None:
    try:
        read(survey.draft)
        triggers.read(survey.trigger)
    except FormError as error:
        raise CannotDo(str(error)) from error
    if not 0 < survey.share <= 1:
        raise CannotDo("The share of people who are asked is more than 0 and at most 100 %.")
    if survey.wave not in WAVES or survey.channel not in ("email", "sms"):
        raise CannotDo("Choose how often chance is renewed, and e-mail or SMS.")
    if not (0 <= survey.rest_days <= 366 and 1 <= survey.again_days <= 1100 and 0 <= survey.change_hours <= 720):
        raise CannotDo(
            "Days of rest are 0 to 366, until asked again 1 to 1,100; an answer stays open 720 hours at most."
        )
    if survey.anonymous and survey.smallest_group < LEAST_GROUP:
        raise CannotDo(f"Groups of fewer than {LEAST_GROUP} would name people: choose {LEAST_GROUP} or more.")
    for link in survey.review_links:
        if not str(link.get("url", "")).startswith(("https://", "http://")) or not link.get("label"):
            raise CannotDo("A link for reviews has a name and an address that begins with https://.")


def _name(name: str, survey_id: int | None = None) -> str:
    name = " ".join(name.split())[:120]
    if not name:
        raise CannotDo("Give the survey a name.")
    if Survey.objects.filter(name=name).exclude(id=survey_id or 0).exists():
        raise CannotDo(f"There is already a survey called “{name}”.")
    return name


def _slug(name: str) -> str:
    base = slugify(name)[:34] or "survey"
    taken = set(Survey.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(one for n in range(1, 10_000) if (one := base if n == 1 else f"{base}-{n}") not in taken)
