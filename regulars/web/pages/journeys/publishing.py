"""Publishing: what changes for newcomers, who stands where, and what becomes of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from regulars.content.supplying import brought_by_nobody
from regulars.core.clock import now_us
from regulars.journeys import actions, queries
from regulars.journeys.actions.publishing import faults_now
from regulars.journeys.messages import published
from regulars.journeys.models import Journey, JourneyVersion
from regulars.journeys.reading import TreeError
from regulars.journeys.voicing import breaches_of, undisclosed
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.journeys.editing import steps
from regulars.web.pages.journeys.words import Words


@allowed("journeys.edit")
def publish(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Show who stands where, with a choice for each step; POST publishes."""
    journey = get_object_or_404(Journey, id=journey_id, archived_us=None)
    stand = queries.standing(journey.id, journey.live_version + 1)
    if request.method == "POST":
        moves = {step: request.POST.get(f"move.{step}", "keep") for step in stand}
        try:
            made = actions.publish(
                journey_id=journey.id, moves=moves, overrule=request.POST.get("overrule", ""), by=request.user.by,
                at=now_us(),
            )  # fmt: skip
        except TreeError as error:
            toasts.warn(request, error.message)
            return redirect("web:journey_publish", journey.id)
        toasts.say(request, _("Version %s is live.") % made.number)
        return redirect("web:journey", journey.id)
    words = Words.now()
    sent = [raw.get("template") for raw in steps(journey.draft.get("steps", [])) if raw.get("kind") == "send"]
    breaches = breaches_of(sent)
    new = [(raw["id"], _label(words, raw)) for raw in steps(journey.draft.get("steps", []))]
    context = {
        "here": "journeys",
        "journey": journey,
        "faults": faults_now(journey.draft),
        "number": journey.live_version + 1,
        "rows": [(step, label, n, step in dict(new)) for step, label, n in _standing(journey, words, stand)],
        "inside": sum(stand.values()),
        "new": new,
        "start": words.start(journey.draft.get("start") or {}),
        "messages": len(sent),
        "breaches": breaches,
        "undisclosed": undisclosed(breaches),
        "unbrought": _unbrought(sent),
    }
    return render(request, "web/journeys/publish.html", context)


def _unbrought(template_ids: list[int | None]) -> list[tuple[str, str]]:
    """(text, name) of what texts show and no room brings."""
    ready = filter(None, map(published, dict.fromkeys(template_ids)))
    return [(text.name, name) for text, version in ready for name in brought_by_nobody(version.compiled)]


def _standing(journey: Journey, words: Words, stand: dict[str, int]) -> list[tuple[str, str, int]]:
    labels = {}
    for version in JourneyVersion.objects.filter(journey_id=journey.id).order_by("number"):
        labels |= {raw["id"]: _label(words, raw) for raw in steps(version.tree.get("steps", []))}
    return [(step, labels.get(step, step), people) for step, people in stand.items()]


def _label(words: Words, raw: dict) -> str:
    from regulars.journeys.steps import KINDS

    return f"{KINDS[raw['kind']].LABEL}: {raw.get('title') or words.step(raw)}".removesuffix(": ")
