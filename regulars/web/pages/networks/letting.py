"""Being let into an account: a page that sends people to the network, and the one they come back to."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from regulars.channels.networks import accounts as actions
from regulars.channels.networks import kinds, letting_in
from regulars.channels.networks.errors import CannotConnect
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Network
from regulars.core.clock import HOUR, now_us
from regulars.core.crypto import decrypt, encrypt
from regulars.team.permissions import allowed
from regulars.ui import toasts

KEY = "letting-in"


def ask(
    request: HttpRequest, known: Network, *, values: Mapping[str, Any], ours: Mapping[str, Any], account_id: int = 0
) -> HttpResponse:
    """A page with the link to the network. What was entered waits in the session, encrypted."""
    try:
        asking = letting_in.begin(kind=known.kind, settings=values, back=_back())
    except CannotConnect as problem:
        toasts.warn(request, str(problem))
        return redirect("web:account_new", known.kind)
    waits = {"kind": known.kind, "values": dict(values), "ours": dict(ours), "account": account_id,
             "state": asking.state, "proof": asking.proof, "until": now_us() + HOUR}  # fmt: skip
    request.session[KEY] = encrypt(json.dumps(waits))
    context = {"here": "accounts", "network": known, "url": asking.url, "back": _back()}
    return render(request, "web/networks/let_in.html", context)


@require_POST
@allowed("networks.manage")
def again(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let us in once more into an account whose key has ended."""
    found = get_object_or_404(Account, id=account_id, archived_us=None)
    login = actions.login_of(found)
    secret = login.secrets.get("client_secret", "")
    values = {**login.settings, "client_secret": secret}
    ours = {"name": found.name, "keep_days": found.keep_days, "reads": found.reads, "writes": found.writes}
    return ask(request, kinds.network(found.kind), values=values, ours=ours, account_id=account_id)


@never_cache
@allowed("networks.manage")
def back(request: HttpRequest) -> HttpResponse:
    """Where the network sends people back: a button, and on POST the account is connected."""
    waits = _waiting(request)
    said = request.POST if request.method == "POST" else request.GET
    if waits is None or not hmac.compare_digest(waits["state"].encode(), said.get("state", "").encode()):
        toasts.warn(request, _("This way in is over. Begin it again."))
        return redirect("web:accounts")
    if not said.get("code"):
        toasts.warn(request, _("They did not let us in: %s") % said.get("error", "")[:100])
        return redirect("web:accounts")
    known = kinds.network(waits["kind"])
    if request.method != "POST":
        context = {"here": "accounts", "network": known, "code": said["code"], "state": said["state"]}
        return render(request, "web/networks/let_in.html", context)
    del request.session[KEY]
    try:
        made = _connected(request, waits, said["code"])
    except CannotConnect as problem:
        toasts.warn(request, str(problem))
        return redirect("web:account_new", known.kind)
    toasts.say(request, _("%s is connected, and read from now on.") % made)
    return redirect("web:account", made.id)


def _connected(request: HttpRequest, waits: Mapping[str, Any], code: str) -> Account:
    values, at = waits["values"], now_us()
    got = letting_in.finish(
        kind=waits["kind"], settings=values, client_secret=values.get("client_secret", ""), code=code[:4000],
        proof=waits["proof"], back=_back(), at=at,
    )  # fmt: skip
    told = {"values": {**values, "refresh": got["refresh"]}, **waits["ours"], "by": request.user.by, "at": at}
    if waits["account"]:
        return actions.change(account_id=waits["account"], **told)
    return actions.connect(kind=waits["kind"], **told)


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    kept = request.session.get(KEY)
    waits = json.loads(decrypt(kept)) if kept else None
    return waits if waits and waits["until"] > now_us() else None


def _back() -> str:
    return settings.PUBLIC_URL + reverse("web:account_let_in")
