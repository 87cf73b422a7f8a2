"""Saved replies and labels: what everybody who answers has at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import SavedReply
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox import tabs

VARIABLES = (
    ('{{ person.first_name | default: "there" }}', lazy("their first name, or “there” while nobody knows it")),
    ("{{ author.name }}", lazy("how they are called where they wrote")),
    ("{{ agent.first_name }}", lazy("the first name of who answers")),
    ("{{ business.name }}", lazy("the name of the shop")),
    ("{{ conversation.number }}", lazy("the number of the conversation")),
)


@allowed("inbox.rules")
def replies(request: HttpRequest) -> HttpResponse:
    """All of them, and the form for one."""
    number = request.GET.get("edit", "")
    edited = SavedReply.objects.filter(id=number, archived_us=None).first() if number.isdecimal() else None
    return _replies(request, edited)


def _replies(request: HttpRequest, edited: SavedReply | None, *, wrong: str = "", **said: Any) -> HttpResponse:
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "replies",
        "replies": queries.replies(""),
        "edited": edited,
        "said": said or (vars(edited) if edited else {}),
        "variables": VARIABLES,
        "wrong": wrong,
    }
    return render(request, "web/inbox/replies.html", context, status=422 if wrong else 200)


@require_POST
@allowed("inbox.rules")
def save_reply(request: HttpRequest) -> HttpResponse:
    """Write a new one, or change one."""
    number = request.POST.get("id", "")
    edited = SavedReply.objects.filter(id=number).first() if number.isdecimal() else None
    said = {name: request.POST.get(name, "").strip() for name in ("name", "text", "shortcut", "language")}
    try:
        actions.save_reply(**said, by=request.user.by, at=now_us(), reply_id=edited.id if edited else None)
    except CannotDo as problem:
        return _replies(request, edited, wrong=str(problem), **said)
    toasts.say(request, _("“%s” is saved.") % said["name"])
    return redirect("web:inbox_replies")


@require_POST
@allowed("inbox.rules")
def archive_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Out of the list; what was answered with it stays."""
    return quietly(request, "web:inbox_replies", actions.archive_reply, reply_id=reply_id)


def quietly(request: HttpRequest, to: str, wish: Callable[..., object], **known: Any) -> HttpResponse:
    """Do it, say so or why not, and go there."""
    try:
        wish(**known, by=request.user.by, at=now_us())
        toasts.say(request, _("Done."))
    except CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect(to)


# --- labels


@allowed("inbox.rules")
def labels(request: HttpRequest) -> HttpResponse:
    """Every label; a POST makes one."""
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())[:40]
        return quietly(request, "web:inbox_labels", actions.save_label, name=name)
    context = {"here": "inbox", "tabs": tabs(request), "tab": "labels", "labels": queries.labels()}
    return render(request, "web/inbox/labels.html", context)


@require_POST
@allowed("inbox.rules")
def archive_label(request: HttpRequest, label_id: int) -> HttpResponse:
    """No longer offered; conversations keep it."""
    return quietly(request, "web:inbox_labels", actions.archive_label, label_id=label_id)
