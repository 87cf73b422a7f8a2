"""Is it up, and how far behind is what: for staff, for Prometheus, and for whoever restarts it."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.team.queries import key_of
from regulars.web.condition import condition, exposition


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, 503 otherwise. Tells nothing else: it is open to everyone."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def metrics(request: HttpRequest) -> HttpResponse:
    """/metrics for Prometheus, with an API key that may see the state of the installation as bearer token."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    key = key_of(token) if kind.lower() == "bearer" else None
    if key is None or not key.may("health.view"):
        text = "Send an API key of an owner, marketer or analyst: Authorization: Bearer <key>.\n"
        return HttpResponse(text, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(condition(now_us())), content_type="text/plain; version=0.0.4")


@allowed("health.view")
def health(request: HttpRequest) -> HttpResponse:
    """Settings → Health."""
    return render(request, "web/health.html", {"here": "settings", "now": condition(now_us())})
