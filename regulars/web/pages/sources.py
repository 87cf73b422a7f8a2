"""Sources: where events come from, what arrives, what was refused and why, which properties are known."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us
from regulars.events import actions, queries
from regulars.events.models import DeadLetter, Property, Source
from regulars.events.sources.kinds import NAMES
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.connections import kinds_on_offer

PAGE = 50
TYPES = [("text", gettext_lazy("text")), ("number", gettext_lazy("number")), ("money", gettext_lazy("money")),
         ("bool", gettext_lazy("yes or no")), ("time", gettext_lazy("time"))]  # fmt: skip
NESTED = ("products",)  # lists of things: commerce reads them, and segments ask “Product Bought” for what is inside


class SourceForm(forms.Form):
    """A new source."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120,
                           help_text=gettext_lazy("Such as “Web shop” or “Till, High Street”."))  # fmt: skip


def tabbed(request: HttpRequest, tab: str, **context) -> HttpResponse:
    """A page under Sources, with its tabs."""
    tabs = [(key, label, reverse(f"web:{url}")) for key, label, url in (
        ("sources", _("Connected"), "sources"), ("files", _("Files"), "imports"),
        ("refused", _("Refused events"), "refused"), ("properties", _("Properties"), "properties"),
        ("requests", _("Privacy requests"), "privacy_requests"),
    )]  # fmt: skip
    return render(request, f"web/sources_{tab}.html", {"here": "sources", "tabs": tabs, "tab": tab, **context})


@allowed("sources.view")
def sources(request: HttpRequest) -> HttpResponse:
    """What is connected and what came in from it."""
    return _sources(request, SourceForm())


def _sources(request: HttpRequest, form: SourceForm) -> HttpResponse:
    now = now_us()
    found, lag = queries.sources_overview(now), queries.ingest_lag(now)
    return tabbed(request, "sources", sources=found, lag=lag, form=form, kinds=kinds_on_offer(), hooked=NAMES)


@require_POST
@allowed("sources.manage")
def create(request: HttpRequest) -> HttpResponse:
    """Make a source; its page shows the write key and how to use it."""
    form = SourceForm(request.POST)
    if form.is_valid():
        try:
            made = actions.create_source(name=form.cleaned_data["name"], by=request.user.by, at=now_us())
            return redirect("web:source", made.id)
        except ValueError as error:
            form.add_error("name", str(error))
    return _sources(request, form)


@allowed("sources.view")
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: its key, how to send to it, what came lately."""
    found = get_object_or_404(Source, id=source_id)
    if found.kind in NAMES:
        return redirect("web:connection", source_id)
    shares = Source.objects.filter(namespace=found.namespace).exclude(id=found.id)
    context = {
        "here": "sources",
        "source": found,
        "refused": DeadLetter.objects.filter(source_id=source_id, replayed_us=None).count(),
        "shares": list(shares.values_list("name", flat=True)),
        "host": request.build_absolute_uri("/").rstrip("/"),
        "address": request.build_absolute_uri("/v1"),
    }
    return render(request, "web/source.html", context)


@require_POST
@allowed("sources.manage")
def change(request: HttpRequest, source_id: int) -> HttpResponse:
    """Give a source a new write key, or revoke it."""
    found = get_object_or_404(Source, id=source_id)
    if request.POST.get("act") == "revoke":
        actions.revoke_source(source_id=source_id, by=request.user.by, at=now_us())
        toasts.say(request, _("%s is revoked: nothing it sends is accepted any more.") % found)
    else:
        actions.rotate_key(source_id=source_id, by=request.user.by, at=now_us())
        toasts.say(request, _("%s has a new write key; the old one is accepted for another 24 hours.") % found)
    return redirect("web:source", source_id)


@allowed("sources.view")
def refused(request: HttpRequest) -> HttpResponse:
    """Events that could not be taken in, with the reason."""
    if request.GET.get("format") == "csv":
        rows = DeadLetter.objects.filter(replayed_us=None).order_by("-id").iterator()
        lines = ((from_us(d.received_us).isoformat(timespec="seconds"), d.code, d.reason, d.body) for d in rows)
        return csv_response("refused-events", ("received", "code", "reason", "body"), lines)
    source, code = request.GET.get("source", ""), request.GET.get("code", "")
    wanted = {"source_id": int(source) if source.isdecimal() else None, "code": code}
    page = queries.dead_letters_page(**wanted, after=request.GET.get("after", ""), limit=PAGE)
    reasons = queries.dead_letter_reasons()
    names = dict(Source.objects.values_list("id", "name"))
    total = sum(n for one, n in reasons if not code or one == code)
    return tabbed(request, "refused", page=page, reasons=reasons, chosen=code, names=names, total=total)


@require_POST
@allowed("sources.manage")
def replay(request: HttpRequest) -> HttpResponse:
    """Try refused events again: the ticked ones, or all."""
    chosen = request.POST.getlist("id")
    ids = [int(id) for id in chosen if id.isdecimal()]
    if request.POST.get("act") == "all":
        ids = list(DeadLetter.objects.filter(replayed_us=None).values_list("id", flat=True))
    if not ids:
        toasts.warn(request, _("Tick the events to try again first."))
        return redirect("web:refused")
    went_in, still = actions.replay_dead_letters(ids=ids, by=request.user.by, at=now_us())
    say = toasts.warn if still else toasts.say
    say(request, _("%(in)d events are in now, %(out)d were refused again.") % {"in": went_in, "out": still})
    return redirect("web:refused")


@allowed("sources.view")
def properties(request: HttpRequest) -> HttpResponse:
    """Which properties events bring, and which of them segments can use."""
    seen = queries.properties_seen()
    declared = [one for one in seen if one.declared_us]
    waiting = sorted(
        (one for one in seen if not one.declared_us and one.name not in NESTED), key=lambda one: -one.seen
    )
    return tabbed(request, "properties", declared=declared, waiting=waiting, types=TYPES)


@require_POST
@allowed("sources.manage")
def declare(request: HttpRequest, property_id: int) -> HttpResponse:
    """Declare a property: from now on, and backwards, it goes to the lake."""
    found = get_object_or_404(Property, id=property_id)
    type = request.POST.get("type") if request.POST.get("type") in dict(TYPES) else found.type
    actions.declare_property(event=found.event, name=found.name, type=type, by=request.user.by, at=now_us())
    toasts.say(request, _("%s is declared. Past events are filled in within some minutes.") % found)
    return redirect("web:properties")
