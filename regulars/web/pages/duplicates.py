"""Duplicates: pairs that are probably one person, the evidence per field, accept, reject, undo."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us
from regulars.people import actions, queries
from regulars.people.models import Suggestion
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response

PAGE = 20
STATES = ("open", "accepted", "rejected")


@allowed("people.view")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Suggested merges, surest first; ?state= shows what was decided."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    if request.GET.get("format") == "csv":
        return _csv(state)
    page = queries.suggestions_page(state=state, after=request.GET.get("after", ""), limit=PAGE)
    labels = {"open": _("To decide"), "accepted": _("Merged"), "rejected": _("Not the same")}
    return render(request, "web/duplicates.html", {
        "here": "duplicates", "page": page, "state": state,
        "tabs": [(key, labels[key], f"?state={key}") for key in STATES],
        "open": Suggestion.objects.filter(state="open").count(),
    })  # fmt: skip


@require_POST
@allowed("people.merge")
def decide(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Accept, reject or reopen one; the row answers in place, and the toast can undo it."""
    suggestion = get_object_or_404(Suggestion, id=suggestion_id)
    act = {"accept": actions.accept_suggestion, "reject": actions.reject_suggestion}.get(
        request.POST.get("act", ""), actions.reopen_suggestion
    )
    act(suggestion_id=suggestion.id, by=request.user.by, at=now_us())
    said = {"accept": _("Merged into one person."), "reject": _("Kept apart; they are not suggested again.")}
    undo = reverse("web:decide", args=[suggestion.id]) if request.POST.get("act") in said else ""
    toasts.say(request, said.get(request.POST.get("act", ""), _("Taken back.")), undo=undo)
    return redirect(
        request.POST.get("back") if request.POST.get("back", "").startswith("/duplicates") else "web:duplicates"
    )


def _csv(state: str) -> HttpResponse:
    rows = Suggestion.objects.filter(state=state).order_by("-score", "id").iterator()
    head = ("suggestion", "node a", "node b", "score", "made", "evidence")
    return csv_response(f"duplicates-{state}", head, (
        (s.id, s.a, s.b, round(s.score, 4), from_us(s.made_us).date(), s.evidence) for s in rows
    ))  # fmt: skip
