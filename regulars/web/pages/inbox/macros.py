"""Macros: several steps under one name, taken by a colleague with one click. Nothing is ever sent by one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import Macro
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox import steps, tabs
from regulars.web.pages.inbox.replies import quietly


@allowed("inbox.rules")
def macros(request: HttpRequest) -> HttpResponse:
    """All of them, and the form for one."""
    number = request.GET.get("edit", "")
    edited = Macro.objects.filter(id=number, archived_us=None).first() if number.isdecimal() else None
    return _page(request, edited, name=edited.name if edited else "", taken=edited.steps if edited else [])


def _page(request: HttpRequest, edited: Macro | None, *, name: str, taken: list, wrong: str = "") -> HttpResponse:
    shown: list[dict[str, Any]] = [{"macro": one, "words": steps.words(one.steps)} for one in queries.macros()]
    context = {
        "here": "inbox", "tabs": tabs(request), "tab": "macros", "macros": shown, "edited": edited, "name": name,
        "step_rows": steps.rows(taken), "wrong": wrong, **steps.offered("macros"),
    }  # fmt: skip
    return render(request, "web/inbox/macros.html", context, status=422 if wrong else 200)


@require_POST
@allowed("inbox.rules")
def save_macro(request: HttpRequest) -> HttpResponse:
    """Write a new one, or change one."""
    number, name = request.POST.get("id", ""), request.POST.get("name", "").strip()
    edited = Macro.objects.filter(id=number).first() if number.isdecimal() else None
    taken = steps.read(request.POST)
    try:
        actions.save_macro(
            name=name, steps=taken, by=request.user.by, at=now_us(), macro_id=edited.id if edited else None
        )
    except CannotDo as problem:
        return _page(request, edited, name=name, taken=taken, wrong=str(problem))
    toasts.say(request, _("“%s” is saved.") % name)
    return redirect("web:inbox_macros")


@require_POST
@allowed("inbox.rules")
def archive_macro(request: HttpRequest, macro_id: int) -> HttpResponse:
    """No longer offered."""
    return quietly(request, "web:inbox_macros", actions.archive_macro, macro_id=macro_id)
