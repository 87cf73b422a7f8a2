"""Duplicates: pairs that are probably one person, the evidence per field, accept one or all that are almost certain,
reject, undo; pairs that share a phone or e-mail address; the quarantine."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import MINUTE, from_us, now_us
from regulars.people import actions, queries
from regulars.people.linkage import suggest_duplicates
from regulars.people.models import Acceptance, Suggestion
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.ui.tables import csv_response
from regulars.web.cursors import unpack

PAGE = 20
STATES = ("open", "shared", "accepted", "rejected")
SURE, SHOWN = 0.95, 100


def _tabs() -> list[tuple[str, str, str]]:
    here = reverse("web:duplicates")
    return [
        ("open", _("To decide"), here),
        ("shared", _("Shared by a home"), f"{here}?state=shared"),
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
    page = queries.suggestions_page(**_which(state), after=_after(request), limit=PAGE)
    rows = Suggestion.objects.filter(**_which(state))
    context = {"here": "duplicates", "page": page, "state": state, "tabs": _tabs(), "total": rows.count()}
    if state == "open":
        context["sure"] = rows.filter(score__gte=SURE, acceptance_id=None).count()
    if state in ("open", "accepted"):
        context["works"] = [_work(one) for one in queries.acceptances() if state == "accepted" or one.waiting]
    return render(request, "web/duplicates.html", context)


def _which(state: str) -> dict[str, str]:
    """The suggestions of a tab."""
    kinds = {"open": {"kind": "alike"}, "shared": {"kind": "shared"}}
    return {"state": "open" if state in kinds else state, **kinds.get(state, {})}


def _work(one: queries.Merged) -> dict:
    """An acceptance of many, as a progress bar shows it."""
    return {
        "id": f"merging-{one.acceptance.id}",
        "acceptance": one.acceptance,
        "label": _("Merging pairs that are almost certain"),
        "done": one.done,
        "total": one.done + one.waiting,
        "ended": not one.waiting,
        "url": reverse("web:merging", args=[one.acceptance.id]),
    }


@allowed("people.merge")
def sure(request: HttpRequest) -> HttpResponse:
    """What accepting everything almost certain would do; POST does exactly that."""
    if request.method == "POST":
        return _merge_sure(request)
    seen = Suggestion.objects.filter(state="open").order_by("-made_us").values_list("made_us", flat=True).first() or 0
    plan = actions.plan_acceptance(least=SURE, seen_us=seen)
    pairs = queries.suggestions_page(state="open", kind="alike", limit=SHOWN + len(plan.left)).rows
    chosen = set(plan.ids)
    context = {
        "here": "duplicates", "plan": plan, "seen": seen, "count": len(plan.ids), "gone": plan.profiles - plan.people,
        "pairs": [pair for pair in pairs if pair.suggestion.id in chosen][:SHOWN],
    }  # fmt: skip
    return render(request, "web/duplicates_sure.html", context)


def _merge_sure(request: HttpRequest) -> HttpResponse:
    seen = request.POST.get("seen", "")
    if not seen.isdecimal():
        return redirect("web:sure")
    try:
        made = actions.accept_surest(least=SURE, seen_us=int(seen), by=request.user.by, at=now_us())
    except actions.CannotDo as error:
        toasts.warn(request, str(error))
        return redirect("web:duplicates")
    toasts.say(request, _("Merging %s pairs.") % number(made.pairs), undo=reverse("web:unmerge", args=[made.id]))
    return redirect(f"{reverse('web:duplicates')}?state=accepted")


@allowed("people.view")
def merging(request: HttpRequest, acceptance_id: int) -> HttpResponse:
    """How far accepting many is: a fragment that asks again until it is done."""
    found = [one for one in queries.acceptances() if one.acceptance.id == acceptance_id]
    return render(request, "ui/progress.html", {"work": _work(found[0])} if found else {})


@require_POST
@allowed("people.merge")
def unmerge(request: HttpRequest, acceptance_id: int) -> HttpResponse:
    """Take back all that was merged at once."""
    get_object_or_404(Acceptance, id=acceptance_id)
    actions.take_back(acceptance_id=acceptance_id, by=request.user.by, at=now_us())
    toasts.say(request, _("Taking all of them back; in a moment every pair can be decided again."))
    return redirect("web:duplicates")


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
    rows = Suggestion.objects.filter(**_which(state)).order_by("-score", "id").iterator(chunk_size=2000)
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
