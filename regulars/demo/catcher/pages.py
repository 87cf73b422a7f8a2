"""Caught mail: what the demo sent, newest first; one message as its reader sees it."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from regulars.channels.actions import note_feedback
from regulars.channels.sms.replies import replied
from regulars.core.clock import now_us
from regulars.demo.catcher.reading import Read, framed, read
from regulars.demo.catcher.store import MOST, Caught, store
from regulars.team.permissions import allowed
from regulars.ui import toasts

PAGE = 50
FRAME = {
    "default-src": ["'none'"], "script-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"],
    "img-src": [settings.PUBLIC_URL, "data:", "https:"], "style-src": ["'unsafe-inline'"], "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}  # fmt: skip


@allowed("messages.view")
def caught(request: HttpRequest) -> HttpResponse:
    """The list; ?q= finds by address or subject."""
    box, query, after = store(), request.GET.get("q", "").strip(), request.GET.get("after", "")
    rows = box.newest(query=query, before=int(after) if after.isdecimal() else 0, limit=PAGE + 1)
    following = str(rows[PAGE - 1].id) if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "query": query, "next": following, "total": box.count(), "most": MOST}
    part = "demo/_rows.html" if request.htmx and not request.htmx.boosted else "demo/caught.html"
    return render(request, part, {"here": "caught", **context})


@allowed("messages.view")
@csp_update({"frame-src": [SELF]})
def one(request: HttpRequest, caught_id: int) -> HttpResponse:
    """One message: as HTML, as plain text, its headers."""
    message, said = _found(caught_id)
    context = {"here": "caught", "message": message, "said": said, "why": _why(said)}
    return render(request, "demo/one.html", context)


@allowed("messages.view")
@xframe_options_sameorigin
@csp_replace(FRAME)
def frame(request: HttpRequest, caught_id: int) -> HttpResponse:
    """Its HTML, in a frame that may open links and do nothing else."""
    _, said = _found(caught_id)
    return HttpResponse(framed(said.html) if said.html else format_html("<pre>{}</pre>", said.text))


@require_POST
@allowed("messages.send")
def answer(request: HttpRequest, caught_id: int) -> HttpResponse:
    """Answer an SMS as the one who got it: STOP and START work, anything else is an answer."""
    message, _ = _found(caught_id)
    at, text = now_us(), request.POST.get("text", "").strip()[:300]
    if message.kind == "sms" and text:
        reference = f"{message.recipient}:{at}"
        note_feedback(
            items=[replied(kind="sms0", reference=reference, address=message.recipient, text=text, at=at)], at=at
        )
        toasts.say(request, gettext("Your answer arrived: it stands on the person's page."))
    return redirect("demo:one", caught_id)


def shop(request: HttpRequest, path: str = "") -> HttpResponse:
    """Where the links of the demo's letters lead: says that a shop would be here. For everybody."""
    return render(request, "demo/shop.html", {"path": f"/{path}"})


def _why(said: Read) -> str:
    """The page that says why it was sent."""
    try:
        return reverse("web:message", args=[said.message_id]) if said.message_id else ""
    except NoReverseMatch:
        return ""


def _found(caught_id: int) -> tuple[Caught, Read]:
    message = store().one(caught_id)
    if message is None:
        raise Http404("This message is not kept any more.")
    return message, read(message)
