"""All surveys with their scores, and what one person was asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.feedback.models import Survey
from regulars.feedback.queries import asked_of_person, of_person
from regulars.feedback.scores import score
from regulars.team.permissions import allowed
from regulars.web.pages.feedback.words import KINDS, PARTS, SOURCES, shown, state, trigger


@allowed("feedback.view")
def surveys(request: HttpRequest) -> HttpResponse:
    """The list: running ones first."""
    found = sorted(Survey.objects.all(), key=lambda one: (bool(one.stopped_us), not one.started_us, -one.id))
    rows = [
        {"survey": one, "state": state(one), "kind": KINDS[one.kind], "when": trigger(one), **shown(score(one))}
        for one in found
    ]
    return render(request, "web/feedback/list.html", {"here": "surveys", "rows": rows, "kinds": KINDS.items()})


@allowed("feedback.view")
def person_surveys(request: HttpRequest, person_id: int) -> HttpResponse:
    """The panel on a person's page: what they answered, and what they were or will be asked."""
    names = dict(Survey.objects.values_list("id", "name"))
    anonymous = set(Survey.objects.filter(anonymous=True).values_list("id", flat=True))
    answers = [
        {
            "response": one,
            "name": names.get(one.survey_id),
            "part": PARTS.get(one.part, ""),
            "source": SOURCES.get(one.source),
        }
        for one in of_person(person_id)
    ]
    open_ = [
        {"invitation": one, "name": names.get(one.survey_id)}
        for one in asked_of_person(person_id)
        if one.answered_us is None and one.dropped_us is None and one.survey_id not in anonymous
    ]
    return render(request, "web/feedback/_of_person.html", {"answers": answers, "open": open_})
