"""Connecting shops and tills by webhooks: what to copy where, how it goes, pause, new secrets, the past, mapping."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import HOUR, WEEK, now_us
from regulars.core.models import Business
from regulars.events.models import DeadLetter, Source
from regulars.events.sources import accounts, connections, deliveries, privacy
from regulars.events.sources.asking import CannotAsk
from regulars.events.sources.kinds import Kind, all_kinds, kind_of
from regulars.events.sources.models import Connection, PrivacyRequest, Wanted
from regulars.team.permissions import allowed
from regulars.ui import formats, toasts

SHOWN = 8  # deliveries on the page


class ConnectForm(forms.Form):
    """What a kind of shop or till asks for."""

    def __init__(self, kind: Kind, *args: Any, known: Connection | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known is None:
            self.fields["name"] = forms.CharField(label=_("Name"), max_length=120, initial=kind.label)
        for one in kind.fields:
            self.fields[one.name] = self._field(one, known)
        if known is not None:
            self.fields["address"] = forms.CharField(
                label=_("Address, exactly as it is entered there"), max_length=300, initial=known.address
            )

    def _field(self, one, known: Connection | None) -> forms.Field:
        if one.choices:
            chosen = known.settings.get(one.name) if known else None
            return forms.ChoiceField(label=one.label, choices=one.choices, initial=chosen)
        if one.secret:
            kept = known is not None and one.name in accounts.secrets_of(known)
            note = _("Kept encrypted. Leave it empty to keep the one that is there.") if kept else one.help
            box = forms.PasswordInput(attrs={"autocomplete": "off"})
            return forms.CharField(
                label=one.label, help_text=note, required=one.required and known is None, max_length=500, widget=box
            )
        return forms.CharField(
            label=one.label,
            help_text=one.help,
            required=one.required,
            max_length=300,
            initial=known.settings.get(one.name, "") if known else None,
        )


def kinds_on_offer() -> list[tuple[str, str, str]]:
    """(label, what it is, address of its form) of every kind."""
    about = {
        "shopify": _("orders, returns, customers and products of a Shopify shop"),
        "woocommerce": _("orders, returns, customers and products of a WordPress shop"),
        "square": _("sales at the till and online, returns, customers and items"),
        "stripe": _("payments, refunds and customers"),
        "webhook": _("whatever posts JSON with a signature: you say which field means what"),
    }
    return [(kind.label, about[kind.key], reverse("web:connect", args=[kind.key])) for kind in all_kinds()]


@allowed("sources.manage")
def connect(request: HttpRequest, kind: str) -> HttpResponse:
    """A new connection."""
    found = kind_of(kind)
    if found is None:
        raise Http404(_("This kind of shop or till cannot be connected."))
    form = ConnectForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = connections.connect(
                kind=kind, name=form.cleaned_data["name"], values=form.cleaned_data, by=request.user.by, at=now_us()
            )
            return redirect("web:connection", made.source_id)
        except ValueError as why:
            form.add_error(None, str(why))
    context = {"here": "sources", "kind": found, "form": form, "steps": found.steps("")}
    return render(request, "web/connect.html", context)


@allowed("sources.view")
def connection(request: HttpRequest, source_id: int) -> HttpResponse:
    """How a connection goes, and what can be done about it."""
    source, row, kind = _found(source_id)
    form = ConnectForm(kind, request.POST or None, known=row)
    if request.method == "POST":
        if not request.user.may("sources.manage"):
            raise Http404
        if form.is_valid():
            try:
                connections.change(source_id=source_id, values=form.cleaned_data, by=request.user.by, at=now_us())
                toasts.say(request, _("Saved."))
                return redirect("web:connection", source_id)
            except ValueError as why:
                form.add_error(None, str(why))
    return render(request, "web/connection.html", _shown(source, row, kind, form, request))


def _found(source_id: int) -> tuple[Source, Connection, Kind]:
    source = get_object_or_404(Source, id=source_id)
    row = get_object_or_404(Connection, source_id=source_id)
    return source, row, kind_of(source.kind)


def _shown(source: Source, row: Connection, kind: Kind, form: ConnectForm, request: HttpRequest) -> dict[str, Any]:
    account = accounts.account_of(row, kind.key)
    made_here = kind.makes_secret and request.user.may("sources.manage")
    lately = deliveries.lately(source.id, SHOWN)
    return {
        "here": "sources",
        "source": source,
        "row": row,
        "kind": kind,
        "form": form,
        "steps": kind.steps(row.address),
        "secret": account.secrets.get("signing", "") if made_here else "",
        "signed": bool(account.secrets.get("signing")),
        "can_ask": kind.can_ask(account),
        "can_register": kind.register is not None and kind.can_ask(account),
        "asks": kind.page is not None,
        "reachable": row.address.startswith("https://"),
        "underway": bool(row.places.get("now")),
        "lately": lately,
        "last": lately[0].at if lately else None,
        "refused": DeadLetter.objects.filter(source_id=source.id, replayed_us=None).count(),
        "wanted": Wanted.objects.filter(source_id=source.id).count(),
        "wanted_why": Wanted.objects.filter(source_id=source.id)
        .exclude(reason="")
        .values_list("reason", flat=True)
        .first(),
        "work": _history_work(row, kind),
    }


def _history_work(row: Connection, kind: Kind) -> SimpleNamespace | None:
    """How far the past is: streams that are through, of all."""
    if not row.history:
        return None
    total = max(1, len(kind.history))
    done = total if row.history == "done" else row.history_place.get("stream", 0)
    return SimpleNamespace(
        id="history",
        url="",
        done=done,
        total=total,
        shown=f"{done}/{total}",
        label=_("The past"),
        note=" ",
        ended=True,
    )


ACTS = {
    "pause": (connections.pause, gettext_lazy("Paused: deliveries are kept and wait until it goes on.")),
    "resume": (connections.resume, gettext_lazy("It goes on; what came meanwhile is taken in.")),
    "rotate": (
        connections.rotate_secret,
        gettext_lazy("A new secret is made; the old one is good for another hour."),
    ),
    "check": (connections.check_now, gettext_lazy("It is asked for what changed; this page shows what was found.")),
    "history": (connections.bring_in_history, gettext_lazy("The past is brought in. You may leave this page.")),
    "stop": (connections.stop_history, gettext_lazy("It stops after the page in hand; what is in stays in.")),
    "register": (connections.register_webhooks, gettext_lazy("Webhooks are registered: the next change comes here.")),
}


@require_POST
@allowed("sources.manage")
def act(request: HttpRequest, source_id: int) -> HttpResponse:
    """Pause, resume, new secret, reconcile, history, register."""
    chosen = ACTS.get(request.POST.get("act", ""))
    if chosen is None:
        raise Http404(_("There is no such button."))
    try:
        chosen[0](source_id=source_id, by=request.user.by, at=now_us())
        toasts.say(request, chosen[1])
    except (ValueError, CannotAsk) as why:
        toasts.warn(request, str(why))
    return redirect("web:connection", source_id)


@allowed("sources.view")
def requests(request: HttpRequest) -> HttpResponse:
    """What customers asked for through a shop: their data, or to be forgotten."""
    from regulars.web.pages.sources import tabbed

    done = PrivacyRequest.objects.exclude(done_us=None).order_by("-done_us")[:50]
    return tabbed(request, "requests", open=privacy.open_requests(), done=done, now=now_us())


@require_POST
@allowed("sources.manage")
def settle(request: HttpRequest, request_id: int) -> HttpResponse:
    """It was answered."""
    privacy.settle(request_id=request_id, by=request.user.by, at=now_us())
    toasts.say(request, _("Noted as answered. What the shop told about the person is forgotten here."))
    return redirect("web:privacy_requests")


def todos(now: int) -> list[dict[str, Any]]:
    """For Today: what customers asked for by law, and shops that cannot be asked or that turn up unsigned."""
    found = []
    waiting = PrivacyRequest.objects.filter(done_us=None).order_by("due_us")
    if first := waiting.first():
        count = waiting.count()
        title = ngettext("%s privacy request waits", "%s privacy requests wait", count) % formats.number(count)
        by = formats.day(first.due_us, Business.load().timezone)
        text = _("A customer asked through the shop. Answer by %s.") % by
        tone = "bad" if first.due_us < now + WEEK else "warn"
        found.append({"title": title, "text": text, "href": reverse("web:privacy_requests"), "action": _("Answer"),
                      "badge": _("privacy"), "tone": tone})  # fmt: skip
    names = dict(Source.objects.filter(revoked_us=None).values_list("id", "name"))
    failing = Connection.objects.filter(paused_us=None, failed_us__lt=now - HOUR)
    for row in failing.filter(source_id__in=list(names)):
        found.append({"title": _("%s cannot be asked") % names[row.source_id], "text": row.failure[:200],
                      "href": reverse("web:connection", args=[row.source_id]), "action": _("Open"),
                      "badge": _("source"), "tone": "bad"})  # fmt: skip
    return found
