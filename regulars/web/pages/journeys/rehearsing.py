"""Trying a draft: on today's people, or on what happened in the last weeks. Nothing is sent or written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from regulars.core.clock import DAY, now_us
from regulars.core.plugs import registry
from regulars.journeys.models import Journey
from regulars.journeys.queries import Numbers
from regulars.journeys.reading import TreeError
from regulars.journeys.rehearsal import Rehearsal, rehearse, replay
from regulars.journeys.tree import parse
from regulars.segments.catalog import catalog_now
from regulars.team.permissions import allowed
from regulars.web.pages.journeys.drawing import Drawing
from regulars.web.pages.journeys.words import Words

DAYS = (7, 30, 90)


@allowed("journeys.view")
def rehearsal(request: HttpRequest, journey_id: int) -> HttpResponse:
    """?try=today, or ?try=7, 30 or 90 days replayed."""
    journey = get_object_or_404(Journey, id=journey_id, archived_us=None)
    what, at = request.GET.get("try", ""), now_us()
    found, wrong = None, ""
    if what:
        try:
            found = _tried(parse(journey.draft, catalog_now()), what, at, journey.id)
        except TreeError as error:
            wrong = error.message
    words = Words.now()
    context = {"here": "journeys", "journey": journey, "what": what, "days": DAYS, "found": found, "wrong": wrong}
    context["todays"] = _facts_of_today(journey.draft) if found and what != "today" else []
    context["drawing"] = Drawing(words, numbers=_as_numbers(found) if found else None).tree(journey.draft)
    return render(request, "web/journeys/rehearsal.html", context)


def _facts_of_today(raw: Any) -> list[str]:
    """The facts that the draft asks about, by name: what they were then is not kept. Events are asked as of then."""
    names = set(_facts_in(raw))
    return sorted(
        str(registry.facts[name].label) if name in registry.facts else name.removeprefix("trait:") for name in names
    )


def _facts_in(raw: Any) -> Iterator[str]:
    """Of every condition in a tree, however deep; a fact step gives one, which is something else."""
    if isinstance(raw, dict):
        if isinstance(raw.get("fact"), str) and ("op" in raw or raw.get("kind") == "date"):
            yield raw["fact"]
        for value in raw.values():
            yield from _facts_in(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _facts_in(value)


def _tried(tree, what: str, at: int, journey_id: int) -> Rehearsal:
    days = int(what) if what.isdecimal() and int(what) in DAYS else 0
    if not days:
        return rehearse(tree, at=at, journey_id=journey_id)
    return replay(tree, since=at - days * DAY, until=at, journey_id=journey_id)


def _as_numbers(found: Rehearsal) -> Numbers:
    empty = Numbers({}, {}, {}, 0, 0, 0, {})
    return replace(
        empty, passed=dict(found.steps), ways=dict(found.ways), entered=found.entered, ended=dict(found.ends)
    )
