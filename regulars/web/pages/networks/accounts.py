"""Accounts: the list with how each does, connecting one of a kind, and the page of one."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.networks import accounts as actions
from regulars.channels.networks import kinds, letting_in, overview
from regulars.channels.networks.doors import account_path
from regulars.channels.networks.errors import CannotConnect
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Network
from regulars.channels.networks.visits import places_of
from regulars.core.clock import HOUR, now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.networks import letting
from regulars.web.pages.networks.forms import account_form


@allowed("inbox.view")
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account with how it does; and the kinds that can be connected."""
    known = kinds.networks()
    return render(
        request,
        "web/networks/accounts.html",
        {
            "here": "accounts",
            "rows": overview.rows(now_us()),
            "kinds": [(one, overview.can_in_words(one)) for one in known],
            "proven": sum(bool(one.proven) for one in known),
        },
    )


@allowed("networks.manage")
def connect(request: HttpRequest, kind: str) -> HttpResponse:
    """A new account of this kind: it is asked before it is kept."""
    known = _network(kind)
    form = account_form(known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if letting_in.way_in(kind) and not form.values().get("refresh"):
            return letting.ask(request, known, values=form.values(), ours=form.ours())
        try:
            made = actions.connect(kind=kind, values=form.values(), **form.ours(), by=request.user.by, at=now_us())
        except CannotConnect as problem:
            form.add_error(None, str(problem))
        else:
            toasts.say(request, _("%s is connected, and read from now on.") % made)
            return redirect("web:account", made.id)
    return render(request, "web/networks/connect.html", {"here": "accounts", "form": form, **_known(known)})


@allowed("inbox.view")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: how it does, what it can, its limits and prices, its settings."""
    found = get_object_or_404(Account, id=account_id, archived_us=None)
    known = _network(found.kind)
    form = account_form(known, request.POST or None, found)
    if request.method == "POST":
        if not request.user.may("networks.manage"):
            raise Http404
        if form.is_valid():
            given = {"values": form.values(), **form.ours()}
            try:
                actions.change(account_id=account_id, **given, by=request.user.by, at=now_us())
            except CannotConnect as problem:
                form.add_error(None, str(problem))
            else:
                toasts.say(request, _("%s is changed, and it answers.") % found)
                return redirect("web:account", account_id)
    row = next(one for one in overview.rows(now_us()) if one.account.id == account_id)
    calls = settings.PUBLIC_URL + account_path(found.id) if hasattr(kinds.module_of(found.kind), "webhook") else ""
    page, html = places_of(found)
    context = {
        "here": "accounts", "account": found, "row": row, "form": form, "calls": calls, "place": page, "html": html,
        "lets_in": letting_in.way_in(found.kind) is not None,
        "used": kinds.used(actions.login_of(found), at=now_us()), **_known(known),
    }  # fmt: skip
    return render(request, "web/networks/account.html", context)


@require_POST
@allowed("networks.manage")
def act(request: HttpRequest, account_id: int) -> HttpResponse:
    """Try it now, pause it, let it go on, or let it go for good."""
    found = get_object_or_404(Account, id=account_id, archived_us=None)
    who = {"account_id": account_id, "by": request.user.by, "at": now_us()}
    match request.POST.get("act"):
        case "check":
            _check(request, found, who)
        case "pause":
            actions.pause(**who, why=_("Paused by %s.") % request.user)
            toasts.say(request, _("%s is paused: nothing is read or said there.") % found)
        case "resume":
            actions.resume(**who)
            toasts.say(request, _("%s goes on from where it stopped.") % found)
        case "archive":
            actions.archive(**who)
            toasts.say(request, _("%s is let go and its keys are forgotten.") % found)
            return redirect("web:accounts")
    return redirect("web:account", account_id)


def _check(request: HttpRequest, found: Account, who: dict) -> None:
    try:
        actions.check(**who)
    except CannotConnect as problem:
        toasts.warn(request, str(problem))
    else:
        toasts.say(request, _("%s answers, and is read now.") % found)


def _network(kind: str) -> Network:
    try:
        return kinds.network(kind)
    except KeyError:
        raise Http404(_("This kind of account cannot be connected.")) from None


def _known(known: Network) -> dict:
    """What is known of a network, for its pages."""
    window = known.window_us // HOUR if known.window_us else None
    shown = {"window_hours": window, "every_minutes": known.every_s // 60}
    return {"network": known, "can": overview.can_in_words(known), **shown}
