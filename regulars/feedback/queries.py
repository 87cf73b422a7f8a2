"""What we can ask about surveys (read-only). Figures are in `scores.py`, texts and topics in `coding/`."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.feedback.actions.answering import form_of
from regulars.feedback.models import Invitation, Response, Survey
from regulars.feedback.questions import Form
from regulars.people.models import Node


@dataclass(frozen=True)
class Asked:
    """An invitation with its survey, its questions as they were asked, and what was answered so far."""

    invitation: Invitation
    survey: Survey
    form: Form
    response: Response | None


@dataclass(frozen=True)
class Filling:
    """A response that is being filled in."""

    response: Response
    survey: Survey
    form: Form


def asked(invitation_id: int, *, at: int) -> Asked | None:
    """The invitation, unless it is gone or too old."""
    found = Invitation.objects.filter(id=invitation_id, invited_us__isnull=False, expires_us__gt=at).first()
    if found is None:
        return None
    survey = Survey.objects.get(id=found.survey_id)
    response = Response.objects.filter(invitation_id=found.id).first()
    return Asked(found, survey, form_of(survey.id, found.version), response)


def filling(response_id: int) -> Filling | None:
    """A response by its number, out of a sealed link."""
    found = Response.objects.filter(id=response_id).first()
    if found is None:
        return None
    survey = Survey.objects.get(id=found.survey_id)
    return Filling(found, survey, form_of(survey.id, found.version))


def open_survey(slug: str) -> Survey | None:
    """The running survey with this name in its link."""
    return Survey.objects.filter(slug=slug, started_us__isnull=False, stopped_us=None).first()


def of_person(person_id: int, *, limit: int = 10) -> list[Response]:
    """What a person answered, newest first."""
    nodes = Node.objects.filter(person_id=person_id).values("id")
    return list(Response.objects.filter(node_id__in=nodes).order_by("-answered_us")[:limit])


def asked_of_person(person_id: int, *, limit: int = 10) -> list[Invitation]:
    """What a person was or will be asked, newest first."""
    nodes = Node.objects.filter(person_id=person_id).values("id")
    return list(Invitation.objects.filter(node_id__in=nodes).order_by("-due_us")[:limit])
