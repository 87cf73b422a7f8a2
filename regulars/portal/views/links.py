"""The links in messages: clicks, opens, the message as a page. Nothing here changes what somebody agreed to."""

from __future__ import annotations

import base64

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars.channels import links
from regulars.core.clock import now_us
from regulars.portal.actions import seen_click, seen_open
from regulars.portal.queries import message_page, target_of
from regulars.portal.views.visit import visit_of

POINT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")  # a clear GIF of one point
SHOWN = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; form-action 'none'; sandbox allow-popups"


@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Note the click and lead on. Only to where the author's link led: a token cannot be made up."""
    said = links.read_token(token, links.CLICK)
    target = target_of(said) if said else None
    if said is None or target is None:
        return render(request, "portal/gone.html", status=404)
    seen_click(message_id=said.message_id, link=said.number, visit=visit_of(request), at=now_us())
    return HttpResponse(
        status=302, headers={"Location": target, "Cache-Control": "no-store", "Referrer-Policy": "origin"}
    )


@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The picture of one point. It is the same whether the token is good or not."""
    said = links.read_token(token, links.OPEN)
    if said:
        seen_open(message_id=said.message_id, visit=visit_of(request), at=now_us())
    return HttpResponse(POINT, content_type="image/gif", headers={"Cache-Control": "no-store"})


@require_safe
def view(request: HttpRequest, token: str) -> HttpResponse:
    """The message as a page, in a sandbox of its own."""
    said = links.read_token(token, links.VIEW)
    html = message_page(said.message_id) if said else None
    if html is None:
        raise Http404
    response = HttpResponse(html, headers={"Content-Security-Policy": SHOWN, "Cache-Control": "no-store"})
    response._csp_exempt = True  # it has a policy of its own, stricter in scripts and forms
    return response
