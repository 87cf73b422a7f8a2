"""Duplicates: pairs that are probably one person, the evidence per field, accept, reject, undo; the quarantine."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import MINUTE, from_us, now_us
from regulars.people import actions, queries
from regulars.people.linkage import suggest_duplicates
from regulars.people.models import Suggestion
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.cursors import unpack

PAGE = 20
STATES = ("open", "accepted", "rejected")


def _tabs() -> list[tuple[str, str, str]]:
    here = reverse("web:duplicates")
    return [
        ("open", _("To decide"), here),
        ("accepted", _("Merged"), f"{here}?state=accepted"),
        ("rejected", _("Not the same"), f"{here}?state=rejected"),
        ("quarantine", _("Values that join nobody"), reverse("web:quarantine")),
    ]


@allowed("people.view")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Suggested merges, surest first; ?state= shows what was decided."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    if request.GET.get("format") == "csv":
        return _csv(request, state)
    page = queries.suggestions_page(state=state, after=_after(request), limit=PAGE)
    total = Suggestion.objects.filter(state=state).count()
    context = {"here": "duplicates", "page": page, "state": state, "tabs": _tabs(), "total": total}
    return render(request, "web/duplicates.html", context)


def _after(request: HttpRequest) -> str:
    after = request.GET.get("after", "")
    if after:
        unpack(after)
    return after


@require_POST
@allowed("people.merge")
def decide(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Accept, reject or reopen one; the toast on the next page can undo it."""
    suggestion = get_object_or_404(Suggestion, id=suggestion_id)
    act, by, at = request.POST.get("act", ""), request.user.by, now_us()
    acts = {"accept": actions.accept_suggestion, "reject": actions.reject_suggestion}
    said = {"accept": _("Merged into one person."), "reject": _("Kept apart; they are not suggested again.")}
    try:
        acts.get(act, actions.reopen_suggestion)(suggestion_id=suggestion.id, by=by, at=at)
    except actions.CannotDo as error:
        toasts.warn(request, str(error))
    else:
        undo = reverse("web:decide", args=[suggestion.id]) if act in said else ""
        toasts.say(request, said.get(act, _("Taken back: it can be decided again.")), undo=undo)
    back = request.POST.get("back", "")
    return redirect(back if back.startswith(reverse("web:duplicates")) else "web:duplicates")


@require_POST
@allowed("people.merge")
def look(request: HttpRequest) -> HttpResponse:
    """Look for duplicates now instead of tonight; a second press while one waits changes nothing."""
    at = now_us()
    suggest_duplicates.later(at=at - at % MINUTE)
    toasts.say(request, _("Looking for duplicates. It takes a minute or two; come back to this page."))
    return redirect("web:duplicates")


@allowed("people.export")
def _csv(request: HttpRequest, state: str) -> HttpResponse:
    head = ("suggestion", "record a", "record b", "score", "suggested on", "evidence")
    rows = Suggestion.objects.filter(state=state).order_by("-score", "id").iterator(chunk_size=2000)
    lines = ((s.id, s.a, s.b, round(s.score, 4), from_us(s.made_us).date(), _evidence(s)) for s in rows)
    return csv_response(f"duplicates-{state}", head, lines)


def _evidence(suggestion: Suggestion) -> str:
    return "; ".join(f"{one['field']}: {one['verdict']}" for one in suggestion.evidence)


@allowed("people.view")
def quarantine(request: HttpRequest) -> HttpResponse:
    """Identifier values that join nobody: placeholders, shared ones, those seen with too many people."""
    page = queries.quarantine_page(after=_after(request), limit=50)
    context = {"here": "duplicates", "page": page, "tabs": _tabs(), "tab": "quarantine"}
    return render(request, "web/quarantine.html", context)


@require_POST
@allowed("people.merge")
def release(request: HttpRequest) -> HttpResponse:
    """Let a value join people again."""
    type, value = request.POST.get("type", ""), request.POST.get("value", "")
    try:
        actions.release_quarantine(type=type, value=value, by=request.user.by, at=now_us())
    except ValueError as error:
        toasts.warn(request, str(error))
    else:
        toasts.say(request, _("“%s” joins people again.") % value)
    return redirect("web:quarantine")
