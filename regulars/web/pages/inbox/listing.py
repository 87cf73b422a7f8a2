"""The list of conversations, as a page with nothing open beside it, or as the fragment that changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.inbox import actions, queries
from regulars.inbox.kinds import GENERAL
from regulars.inbox.models import Case
from regulars.team.permissions import allowed
from regulars.web.pages.inbox import menus, times
from regulars.web.pages.inbox.boxes import BOXES, Wanted, boxes, page_of, title_of, wanted
from regulars.web.pages.inbox.drawing import drawn
from regulars.web.pages.inbox.notices import notices
from regulars.web.pages.inbox.rows import lines
from regulars.web.pages.inbox.until import AHEAD
from regulars.web.pages.inbox.words import kinds

SEEN = ("changed_us", *times.MOMENTS)


@allowed("inbox.view")
def inbox(request: HttpRequest) -> HttpResponse:
    """One box. htmx gets the list alone, and with ?only=rows its rows alone."""
    context = listed(request, wanted(request.GET))
    template = "web/inbox/inbox.html"
    if partly(request):
        template = "web/inbox/_rows.html" if request.GET.get("only") == "rows" else "web/inbox/_list.html"
    answer = varied(render(request, template, context))
    answer["X-Counts"] = json.dumps(
        {one["key"]: one["shown"] for one in context["boxes"] if one["count"] is not None}
    )
    return answer


def partly(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment: not when it restores a page it has forgotten."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def varied(answer: HttpResponse) -> HttpResponse:
    """The same address gives pages and fragments: a browser must not take one for the other."""
    patch_vary_headers(answer, ("HX-Request",))
    answer["Cache-Control"] = "no-store"
    return answer


def listed(request: HttpRequest, want: Wanted, *, open_id: int = 0) -> dict[str, Any]:
    """All the list shows."""
    now, me = now_us(), request.user.by
    page, told = page_of(want, me=me, at=now), []
    changed = request.method == "POST" or request.GET.get("only") == "rows"  # that is why the list is asked for
    answers, zone = request.user.may("inbox.answer"), Business.load().timezone
    if not want.q and not want.after:
        told = notices(request.user.id)
    rows = lines(page.rows, at=now)
    return {
        "here": "inbox",
        "step": "list",
        "wanted": want,
        "box": want.box,
        "boxes": boxes(want, me=me, at=now, anew=changed),
        "title": title_of(want),
        "empty_words": BOXES[want.box][3],
        "rows": drawn(rows, query=want.query, at=now, zone=zone, open_id=open_id, pick=answers),
        "digest": digest(page.rows, at=now),
        "after": want.href(after=page.after) if page.after else "",
        "before": want.href(after="") if want.after else "",
        "accounts": menus.accounts(),
        "kinds": kinds(),
        "labels": menus.labels(),
        "answers": answers,
        "colleagues": menus.colleagues(),
        "ahead": AHEAD,
        "bulk_outcomes": GENERAL.items(),
        "notices": told,
        "notices_new": queries.notices_new(request.user.id) if told else 0,
        "places": places(request),
        "connect_url": _connect_url(request),
    }


def digest(cases: Iterable[Case], *, at: int) -> str:
    """What a list looks like just now: another one means that something is new. Reads SEEN of each."""
    seen = [(case.id, case.changed_us, times.over(case, at=at)) for case in cases]
    return hashlib.blake2b(repr(seen).encode(), digest_size=8).hexdigest()


def places(request: HttpRequest) -> list[tuple[str, str]]:
    """The pages behind the inbox, as a menu."""
    from regulars.web.pages.inbox import tabs

    return [(label, href) for key, label, href in tabs(request) if key != "inbox"]


def _connect_url(request: HttpRequest) -> str:
    try:
        return reverse("web:accounts") if request.user.may("networks.manage") else ""
    except NoReverseMatch:
        return ""


@require_POST
@allowed("inbox.view")
def seen(request: HttpRequest) -> HttpResponse:
    """Everything one was told is seen."""
    actions.see_notices(user_id=request.user.id, at=now_us())
    return redirect("web:inbox")
