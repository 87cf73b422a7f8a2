"""Answers: what people wrote, searched, sorted into topics by colleagues, left out with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us
from regulars.feedback import actions
from regulars.feedback.actions.answering import form_of
from regulars.feedback.actions.closing import origin_of
from regulars.feedback.coding.reading import Page, quotes_page, topics_of
from regulars.feedback.models import Response, Said, Survey, Topic
from regulars.feedback.questions import say
from regulars.inbox.queries import by_origin
from regulars.people.models import Person
from regulars.people.queries import person_id_of
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.feedback import tabs
from regulars.web.pages.feedback.words import PARTS, SOURCES, state

HEAD = ("answered", "person", "name", "score", "group", "by", "store", "left out", "question", "text", "topics")


@allowed("feedback.view")
def answers(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The list, newest first; by ?part, ?topic, ?store, ?q, ?written."""
    found = get_object_or_404(Survey, id=survey_id)
    asked = {name: request.GET.get(name, "")[:120] for name in ("part", "store", "q", "topic", "after")}
    if asked["after"] and not re.fullmatch(r"\d{1,18}\.\d{1,18}", asked["after"]):
        raise Http404(_("This page's address is damaged. Start at the first page."))
    topic = int(asked["topic"]) if asked["topic"].isascii() and asked["topic"].isdecimal() else None
    wanted = partial(
        quotes_page,
        found,
        part=asked["part"],
        store=asked["store"],
        topic=topic,
        text=asked["q"].strip(),
        written="written" in request.GET,
    )
    if request.GET.get("format") == "csv":
        return _csv(request, found, wanted)
    page = wanted(after=asked["after"])
    context = {
        "here": "surveys",
        "survey": found,
        "tabs": tabs(found),
        "tab": "answers",
        "state": state(found),
        "asked": asked,
        "rows": _rows(found, page.rows),
        "after": page.after,
        "parts": PARTS.items(),
        "topic": topic,
        "topics": Topic.objects.filter(archived_us=None).order_by("name"),
        "written": "written" in request.GET,
        "filtered": any(value for name, value in asked.items() if name != "after"),
    }
    return render(request, "web/feedback/answers.html", context)


@allowed("people.export")
def _csv(request: HttpRequest, survey: Survey, wanted: Callable[..., Page]) -> HttpResponse:
    lines = (line for quotes in _pages(wanted) for row in _rows(survey, quotes) for line in _csv_lines(survey, row))
    return csv_response(f"answers-{survey.id}", HEAD, lines)


def _pages(wanted: Callable[..., Page]) -> Iterator[list]:
    page = wanted(limit=1000)
    while True:
        yield page.rows
        if not page.after:
            return
        page = wanted(after=page.after, limit=1000)


def _csv_lines(survey: Survey, row: dict) -> Iterator[tuple]:
    """One line per text, or one without."""
    said, person = row["response"], row["person"]
    when = said.wave if survey.anonymous else from_us(said.answered_us).isoformat(timespec="seconds")
    who = (person.id, person.name) if person else ("", "")
    about = (when, *who, said.score, said.part, said.source, said.store, said.excluded_why)
    for one in row["texts"] or [None]:
        words = (one["question"], one["said"].text) if one else ("", "")
        yield (*about, *words, ", ".join(about.topic.name for about in one["topics"]) if one else "")


def _rows(survey: Survey, quotes: list) -> list[dict]:
    people = person_id_of([quote.response.node_id for quote in quotes if quote.response.node_id])
    persons = Person.objects.in_bulk(set(people.values()))
    cases = by_origin([origin_of(quote.response.id) for quote in quotes])
    questions = _questions(survey, {quote.response.version for quote in quotes})
    return [
        {
            "response": quote.response,
            "person": persons.get(people.get(quote.response.node_id)),
            "part": PARTS.get(quote.response.part, ""),
            "source": SOURCES.get(quote.response.source, ""),
            "case": cases.get(origin_of(quote.response.id)),
            "texts": [
                {
                    "said": one,
                    "question": questions.get((quote.response.version, one.question), ""),
                    "topics": quote.topics.get(one.id, []),
                }
                for one in quote.texts
            ],
        }
        for quote in quotes
    ]


def _questions(survey: Survey, versions: set[int]) -> dict[tuple[int, str], str]:
    forms = {version: form_of(survey.id, version) for version in versions}
    return {(version, one.id): say(one.text, form, "en") for version, form in forms.items() for one in form.questions}


@require_POST
@allowed("feedback.edit")
def judge(request: HttpRequest, said_id: int) -> HttpResponse:
    """A colleague says whether a text is about a topic; the topics of the text come back."""
    topic = request.POST.get("topic", "")
    if topic.isdecimal():
        try:
            actions.judge(
                said_id=said_id,
                topic_id=int(topic),
                yes=request.POST.get("yes") == "1",
                by=request.user.by,
                at=now_us(),
            )
        except actions.CannotDo as problem:
            raise Http404(str(problem)) from problem
    text = get_object_or_404(Said, id=said_id)
    if not request.htmx:
        return redirect(reverse("web:survey_answers", args=[text.survey_id]))
    row = {"said": text, "topics": topics_of([said_id]).get(said_id, [])}
    topics = Topic.objects.filter(archived_us=None).order_by("name")
    return render(request, "web/feedback/_topics.html", {"text": row, "topics": topics})


@require_POST
@allowed("feedback.edit")
def leave_out(request: HttpRequest, response_id: int) -> HttpResponse:
    """Leave an answer out of the figures with a reason, or count it again."""
    found = get_object_or_404(Response, id=response_id)
    try:
        if found.excluded_us:
            actions.include(response_id=response_id, by=request.user.by, at=now_us())
            toasts.say(request, _("It counts again."))
        else:
            actions.exclude(response_id=response_id, why=request.POST.get("why", ""), by=request.user.by, at=now_us())
            toasts.say(request, _("It no longer counts; it stays here with the reason."))
    except actions.CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:survey_answers", found.survey_id)
