"""Texts as people see them, in a frame that may do nothing; their links lead nowhere: looking counts nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from regulars.channels.models import Message
from regulars.content.queries import prepared, seen_by
from regulars.content.rendering import CannotRender, Prepared, Rendered
from regulars.content.supplying import look_up
from regulars.core.clock import now_us
from regulars.journeys import audience
from regulars.journeys.messages import published
from regulars.journeys.models import Broadcast
from regulars.people.queries import person_id_of
from regulars.team.permissions import allowed

NOBODY = -1
Supplied = Callable[[Prepared], dict[str, Any]]
FRAME = {
    "default-src": ["'none'"], "img-src": ["*", "data:"], "style-src": ["'unsafe-inline'"], "sandbox": [],
    "frame-ancestors": [SELF], "base-uri": ["'none'"], "form-action": ["'none'"],
}  # fmt: skip


@allowed("messages.view")
@xframe_options_sameorigin
@csp_replace(FRAME)
def of_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """The text of a message with what is known of the person now."""
    found = get_object_or_404(Message, id=message_id)
    person = person_id_of([found.node_id]).get(found.node_id, NOBODY)
    return _shown(found.version_id, found.language, person, lambda ready: found.context or {})


@allowed("messages.view")
@xframe_options_sameorigin
@csp_replace(FRAME)
def of_broadcast(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """The text of a draft as the first of its people sees it."""
    found = get_object_or_404(Broadcast, id=broadcast_id)
    ready = published(found.template_id)
    if ready is None:
        return _said(_("Choose a message that is published."))
    person = _first(found)
    return _shown(ready[1].id, "", person, partial(_brought, person))


def subject_of(broadcast: Broadcast) -> str:
    """The subject as the first of its people sees it; "" before there is a published text, or where it cannot be."""
    ready = published(broadcast.template_id)
    try:
        person = _first(broadcast)
        return _rendered(ready[1].id, "", person, partial(_brought, person)).subject if ready else ""
    except CannotRender:
        return ""


def _first(broadcast: Broadcast) -> int:
    people = audience.next_people(broadcast, 0, 1) if broadcast.segments else []
    return people[0] if people else NOBODY


def _brought(person: int, ready: Prepared) -> dict[str, Any]:
    """What rooms would bring for this person now."""
    return look_up(ready.supplied, person_id=person, at=now_us()).values


def _shown(version_id: int | None, language: str, person: int, supplied: Supplied) -> HttpResponse:
    try:
        shown = _rendered(version_id, language, person, supplied)
    except CannotRender as error:
        return _said(error.reason)
    except ObjectDoesNotExist:
        return _said(_("The text is not there any more."))
    return HttpResponse(shown.html or _page(format_html("<pre>{}</pre>", shown.text)))


def _rendered(version_id: int | None, language: str, person: int, supplied: Supplied) -> Rendered:
    ready = prepared(version_id, language)
    return ready.render(seen_by(ready, supplied(ready), person_id=person))


def _said(text: str) -> HttpResponse:
    return HttpResponse(_page(format_html("<p>{}</p>", text)))


def _page(inside: str) -> str:
    style = "body{font:15px/1.5 sans-serif;margin:16px;background:#fff;color:#23211d}"
    head = f"<title>-</title><style>{style}pre{{white-space:pre-wrap;font:inherit}}</style>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{inside}</body></html>'
