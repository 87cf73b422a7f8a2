"""Servers: the ways out, what they carried lately, what stops them; and the gate."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels import actions, queries
from regulars.channels.models import Server
from regulars.channels.providers import KINDS, hook_path, provider
from regulars.channels.views import way_of
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.delivery import tabbed
from regulars.web.pages.delivery.forms import settings_form


def kinds() -> list[tuple[str, str, str]]:
    """(kind, name, channel) of every way there is."""
    return [(kind, provider(kind).LABEL, provider(kind).CHANNEL) for kind in KINDS]


@allowed("messages.view")
def servers(request: HttpRequest) -> HttpResponse:
    """Every server with what it carried in the last day, and whether anything may leave at all."""
    rows = queries.servers(at=now_us())
    return tabbed(
        request,
        "servers",
        rows=rows,
        gate=queries.gate(),
        kinds=kinds(),
        names={kind: label for kind, label, _channel in kinds()},
    )


@require_POST
@allowed("gate.open")
def open_gate(request: HttpRequest) -> HttpResponse:
    """Messages may leave again."""
    actions.open_gate(by=request.user.by, at=now_us())
    toasts.say(request, _("Messages leave the house again."))
    return redirect("web:delivery")


@allowed("channels.manage")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new server of this kind."""
    if kind not in KINDS:
        raise Http404
    form = settings_form(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"name": form.cleaned_data["name"], "settings": form.settings(), "secrets": form.secrets()}
        try:
            made = actions.add_server(kind=kind, **given, limits=form.limits(), by=request.user.by, at=now_us())
        except ValueError as problem:
            form.add_error(None, str(problem))
        else:
            toasts.say(request, _("%s is set up. Try it before you send.") % made)
            return redirect("web:server", made.id)
    return tabbed(request, "servers", "server", form=form, kind=kind, label=provider(kind).LABEL)


@allowed("channels.manage")
def server(request: HttpRequest, server_id: int) -> HttpResponse:
    """One server: its settings, its limits, how it does."""
    found = get_object_or_404(Server, id=server_id)
    form = settings_form(found.kind, request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        given = {"name": form.cleaned_data["name"], "settings": form.settings(), "secrets": form.secrets()}
        try:
            actions.change_server(server_id=server_id, **given, limits=form.limits(), by=request.user.by, at=now_us())
        except ValueError as problem:
            form.add_error(None, str(problem))
        else:
            toasts.say(request, _("%s is changed.") % found)
            return redirect("web:server", server_id)
    return tabbed(
        request,
        "servers",
        "server",
        form=form,
        server=found,
        label=provider(found.kind).LABEL,
        hook=_hook(found),
        can_try=hasattr(provider(found.kind), "probe"),
    )


def _hook(server: Server) -> str:
    """The address its service calls; empty where none calls."""
    if not hasattr(provider(server.kind), "webhook"):
        return ""
    return settings.PUBLIC_URL + hook_path(server.id)


@require_POST
@allowed("channels.manage")
def attempt(request: HttpRequest, server_id: int) -> HttpResponse:
    """Connect, encrypt, sign in, and say what was found; no message is sent."""
    found = get_object_or_404(Server, id=server_id)
    finding = provider(found.kind).probe(way_of(found))
    (toasts.say if finding.good else toasts.warn)(request, finding.sentence)
    return redirect("web:server", server_id)


@require_POST
@allowed("channels.manage")
def change(request: HttpRequest, server_id: int) -> HttpResponse:
    """Pause or resume."""
    found = get_object_or_404(Server, id=server_id)
    if request.POST.get("act") == "pause":
        why = _("Paused by %s.") % request.user
        actions.pause_server(server_id=server_id, why=why, by=request.user.by, at=now_us())
        toasts.say(request, _("%s is paused: its messages go by other servers, or wait.") % found)
    else:
        actions.resume_server(server_id=server_id, by=request.user.by, at=now_us())
        toasts.say(request, _("%s carries messages again.") % found)
    return redirect("web:server", server_id)
