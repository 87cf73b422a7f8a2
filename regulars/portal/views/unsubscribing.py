"""Unsubscribing: a question on GET, done on POST. Mail programs post at once (RFC 8058), without a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.channels import links
from regulars.core.clock import now_us
from regulars.portal.actions import unsubscribe
from regulars.portal.queries import about_message
from regulars.portal.views.visit import evidence_of


@csrf_exempt  # the sealed token is the permission; RFC 8058 section 3.1 forbids asking for cookies
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or do it. Doing it twice is doing it once."""
    said = links.read_token(token, links.UNSUBSCRIBE)
    about = about_message(said.message_id) if said else None
    if said is None or about is None:
        return render(request, "portal/gone.html", status=404)
    context = {"about": about, "preferences": links.preferences_url(said.message_id)}
    if request.method != "POST":
        return render(request, "portal/unsubscribe.html", context)
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    everything = not one_click and request.POST.get("what") == "everything"
    page = "one-click" if one_click else "unsubscribe page"
    unsubscribe(message_id=said.message_id, everything=everything, evidence=evidence_of(request, page), at=now_us())
    if one_click:
        return HttpResponse("Unsubscribed.", content_type="text/plain")
    return render(request, "portal/unsubscribed.html", context | {"everything": everything})
