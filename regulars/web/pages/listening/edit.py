"""Making and changing a topic: its query is tried on what is stored while it is written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.social.actions.topics import archive_topic, save_topic
from regulars.social.errors import CannotDo
from regulars.social.listening import reports
from regulars.social.listening.asking import searches
from regulars.social.listening.parsing import QueryError
from regulars.social.listening.proposing import proposals
from regulars.social.listening.trying import LOOKED_AT, try_query
from regulars.social.models import Topic
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.listening import topic_tabs, words
from regulars.web.pages.listening.topic import progress

FIELDS = ("name", "kind", "query", "owner", "product_key", "least_people", "cool_hours")
USUAL = {"least_people": 5, "cool_hours": 6}


@allowed("social.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new topic; a proposal fills the form."""
    said = {name: request.GET.get(name, "") for name in FIELDS} | {"alerts": True, "searched": True}
    said |= {name: said[name] or usual for name, usual in USUAL.items()}
    said["kind"] = said["kind"] if said["kind"] in words.KINDS else "brand"
    return _form(request, said, None)


@allowed("social.edit")
def edit(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Another query, another owner, other limits."""
    topic = get_object_or_404(Topic, id=topic_id, archived_us=None)
    said = {name: getattr(topic, name) for name in (*FIELDS, "alerts", "searched")}
    return _form(request, said, topic)


def _form(request: HttpRequest, said: dict[str, Any], topic: Topic | None) -> HttpResponse:
    wrong = ""
    if request.method == "POST":
        said = _said(request)
        try:
            given = said | {name: _whole(said[name], usual) for name, usual in USUAL.items()}
            number = save_topic(topic_id=topic.id if topic else None, by=request.user.by, at=now_us(), **given)
            toasts.say(request, _("Saved. What is stored is looked through in the background."))
            return redirect("web:topic", number)
        except (CannotDo, QueryError) as problem:
            wrong = str(problem)
    context = {
        "here": "listening",
        "topic": topic,
        "said": said,
        "wrong": wrong,
        "tabs": topic_tabs(topic, edits=request.user.may("social.edit")) if topic else None,
        "tab": "edit",
        "kinds": words.KINDS.items(),
        "owners": words.owners(),
        "proposals": [] if topic else proposals(at=now_us()),
        **tried(said["query"]),
    }
    return render(request, "web/listening/edit.html", context)


def _said(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    said: dict[str, Any] = {name: post.get(name, "").replace("\0", "") for name in FIELDS}
    if said["owner"] not in dict(words.owners()):
        said["owner"] = ""
    return said | {name: name in post for name in ("alerts", "searched")}


def _whole(text: str, usual: int) -> int:
    text = text.strip()
    if text and not (text.isdecimal() and len(text) < 7):
        raise CannotDo(_("“%s” is no whole number such as 5.") % text[:20])
    return int(text or usual)


@require_POST
@allowed("social.edit")
def preview(request: HttpRequest) -> HttpResponse:
    """What a query finds, beside the form."""
    return render(request, "web/listening/_preview.html", tried(request.POST.get("query", "").replace("\0", "")))


def tried(query: str) -> dict[str, Any]:
    """The preview, or what is wrong and where."""
    if not query.strip():
        return {"tried": None}
    try:
        found = try_query(query, at=now_us())
    except QueryError as wrong:
        parts = query[: wrong.start], query[wrong.start : wrong.end] or " ", query[wrong.end :]
        return {"tried": None, "error": str(wrong), "parts": parts}
    return {
        "tried": found,
        "looked_at": LOOKED_AT,
        "samples": [words.card(reports.Shown(*one)) for one in found.samples],
        "searches": searches(query),
    }


@allowed("social.view")
def matching(request: HttpRequest, topic_id: int) -> HttpResponse:
    """How far matching is; the page comes anew when it is done."""
    work = progress(get_object_or_404(Topic, id=topic_id))
    if work is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "ui/progress.html", {"work": work})


@require_POST
@allowed("social.edit")
def archive(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Listened for no more."""
    topic = get_object_or_404(Topic, id=topic_id, archived_us=None)
    archive_topic(topic_id=topic.id, by=request.user.by, at=now_us())
    toasts.say(request, _("“%s” is put away; its mentions and counts are removed.") % topic.name)
    return redirect("web:listening")
