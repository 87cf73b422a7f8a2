"""Short addresses in our public posts: counted, then led on. Only to where the author's link led."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars.core.clock import now_us
from regulars.portal.views.visit import ip_of, visit_of
from regulars.portal.visitors import TOO_QUICK_US, verdict
from regulars.social.actions.counting import follow


@require_safe
def lead_on(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody follows a link in a post of ours."""
    visit = visit_of(request)
    machine = verdict(visit, kind="clicked", since_us=TOO_QUICK_US) != "human"
    who = f"{ip_of(request)} {visit.agent}"
    target = follow(code=code, agent=visit.agent, machine=machine, visitor=who, at=now_us())
    if target is None:
        return render(request, "portal/gone.html", status=404)
    return HttpResponse(
        status=302, headers={"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "origin"}
    )
