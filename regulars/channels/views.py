"""The door for services that call us: delivery reports, bounces, replies."""

from __future__ import annotations

import hmac
import json
import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.channels.actions import note_feedback
from regulars.channels.models import Server
from regulars.channels.providers import Forged, Incoming, Way, hook_path, provider
from regulars.core.clock import now_us
from regulars.core.crypto import decrypt

log = logging.getLogger(__name__)
LONGEST = 2_000_000


@csrf_exempt  # the secret in the path, and the service's signature where it has one, are the permission
@require_http_methods(["GET", "POST"])
def called(request: HttpRequest, server_id: int, secret: str) -> HttpResponse:
    """Take news of a service. 200 only after it is stored, so that the service calls again otherwise."""
    if not hmac.compare_digest(hook_path(server_id).rpartition("/")[2], secret):
        return HttpResponse("Not found.", status=404, content_type="text/plain")
    server = get_object_or_404(Server, id=server_id)
    module = provider(server.kind)
    if not hasattr(module, "webhook"):
        return HttpResponse("This kind of server is not called.", status=404, content_type="text/plain")
    if len(request.body) > LONGEST:
        return HttpResponse("Send at most two megabytes at a time.", status=413, content_type="text/plain")
    at = now_us()
    try:
        news = module.webhook(incoming(request), way_of(server), at=at)
    except Forged as problem:
        log.warning("A call for server %s was refused: %s", server_id, problem)
        return HttpResponse(str(problem), status=403, content_type="text/plain")
    except ValueError as problem:
        return HttpResponse(str(problem), status=400, content_type="text/plain")
    note_feedback(items=news, at=at)
    return HttpResponse("", content_type="text/plain")


def incoming(request: HttpRequest) -> Incoming:
    """The call without Django around it."""
    body = request.body
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Incoming(body, headers, {**request.GET.dict(), **request.POST.dict()}, request.build_absolute_uri())


def way_of(server: Server) -> Way:
    """A server as its provider sees it, secrets in clear."""
    return Way(server.id, server.kind, server.settings, json.loads(decrypt(server.secrets)) if server.secrets else {})
