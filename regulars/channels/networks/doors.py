"""The door for networks that call us: what was said there comes by itself, and is taken like any reading."""

from __future__ import annotations

import hmac
import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.channels.networks import kinds
from regulars.channels.networks.accounts import login_of
from regulars.channels.networks.models import Account
from regulars.channels.networks.reading import hear
from regulars.channels.providers import Forged, Incoming
from regulars.core.clock import now_us
from regulars.core.crypto import digest

log = logging.getLogger(__name__)
LONGEST = 2_000_000


def account_path(account_id: int) -> str:
    """Where a network calls us about an account: an address nobody can guess."""
    return f"/hooks/accounts/{account_id}/{digest('account-hook', str(account_id))[:32]}"


@csrf_exempt  # the secret in the path, and the network's signature, are the permission
@require_http_methods(["GET", "POST"])
def called(request: HttpRequest, account_id: int, secret: str) -> HttpResponse:
    """Take what a network tells. 200 only after it is stored, so that it calls again otherwise."""
    if not hmac.compare_digest(account_path(account_id).rpartition("/")[2].encode(), secret.encode()):
        return _says("Not found.", 404)
    account = get_object_or_404(Account, id=account_id, archived_us=None)
    module = kinds.module_of(account.kind)
    if not hasattr(module, "webhook"):
        return _says("This kind of account is not called.", 404)
    if account.paused_us is not None:
        return _says("This account is paused: call again later.", 503)
    if len(request.body) > LONGEST:
        return _says("Send at most two megabytes at a time.", 413)
    try:
        return _taken(request, account, module)
    except Forged as problem:
        log.warning("A call for account %s was refused: %s", account_id, problem)
        return _says(str(problem), 403)
    except ValueError as problem:
        return _says(str(problem), 400)


def _taken(request: HttpRequest, account: Account, module) -> HttpResponse:
    login, call = login_of(account), _incoming(request)
    if request.method == "GET":
        return _says(module.hello(call, login), 200) if hasattr(module, "hello") else _says("", 200)
    at = now_us()
    hear(account_id=account.id, heard=module.webhook(call, login, at=at), at=at)
    return _says("", 200)


def _incoming(request: HttpRequest) -> Incoming:
    """The call without Django around it."""
    body = request.body
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(body, headers, {**request.GET.dict(), **request.POST.dict()}, request.build_absolute_uri())


def _says(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
