"""How good the reader is, measured on what colleagues said; the languages; learning now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox.errors import CannotDo
from regulars.inbox.understanding import own, queries
from regulars.inbox.understanding.languages import USUAL
from regulars.inbox.understanding.learning import refit
from regulars.inbox.understanding.models import TextModel
from regulars.inbox.understanding.ruling import change_languages
from regulars.inbox.understanding.serving import HOUSE_READS, rules
from regulars.inbox.understanding.shares import FEELS, SAID
from regulars.insights.proportions import wilson
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import percent
from regulars.web.pages.listening import tabs
from regulars.web.pages.listening import words as spoken

ENOUGH = 30  # texts by chance before a share of right ones is said


@allowed("inbox.view")
def quality(request: HttpRequest) -> HttpResponse:
    """The page."""
    found = queries.quality()
    right = wilson(found.agreed, found.sure) if found.sure >= ENOUGH else None
    context = {
        "here": "listening",
        "tabs": tabs(),
        "tab": "reading",
        "found": found,
        "title": _title(found, right),
        "right": right,
        "least": own.LEAST,
        "left": max(0, own.LEAST - found.judged),
        "table": _table(),
        "model": _model(found.last),
        "languages": _languages(found.own),
    }
    return render(request, "web/understanding/quality.html", context)


def _title(found: queries.Quality, right: Any) -> str:
    if right:
        return _("Of the feelings it is sure of, the reader gets %s right") % percent(right.share, 0)
    if found.judged:
        return _("How good the reader is, is not known yet")
    return _("Nobody has checked the reader yet")


def _table() -> list[dict[str, Any]]:
    """What the reader said of texts colleagues judged by chance: truth in rows."""
    counts = queries.by_chance()
    return [
        {"feels": spoken.FEELS[truth][0], "cells": [(counts.get((truth, said), 0), said == truth) for said in SAID],
         "total": sum(counts.get((truth, said), 0) for said in SAID)}
        for truth in FEELS
    ]  # fmt: skip


def _model(last: TextModel | None) -> dict[str, Any] | None:
    """The last fit, in figures: (figure, low, high) each."""
    if last is None:
        return None
    keys = ("own", "shipped", "gain")
    figures = {key: dict(zip(("at", "low", "high"), last.measures[key], strict=True)) for key in keys}
    return figures | {"row": last, "on": last.measures["on"], "texts": last.measures["texts"],
                      "better": last.measures["better"], "signed": _signed(figures["gain"])}  # fmt: skip


def _signed(gain: dict[str, float]) -> dict[str, str]:
    return {key: f"{value:+.3f}".replace("-", "−") for key, value in gain.items()}


def _languages(model: TextModel | None) -> list[dict[str, Any]]:
    chosen, reads = rules().languages or USUAL, {*HOUSE_READS, *(model.languages if model else ())}
    return [{"code": code, "name": _name(code), "on": code in chosen, "reads": code in reads} for code in USUAL]


def _name(code: str) -> str:
    return _("Chinese") if code == "zh" else get_language_info(code)["name_translated"]


@require_POST
@allowed("inbox.rules")
def languages(request: HttpRequest) -> HttpResponse:
    """Which languages customers write in."""
    try:
        change_languages(languages=request.POST.getlist("language"), by=request.user.by, at=now_us())
        toasts.say(request, _("Saved. What was said in the last eight weeks is read again."))
    except CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:reading")


@require_POST
@allowed("inbox.rules")
def learn(request: HttpRequest) -> HttpResponse:
    """Learn now instead of tonight."""
    refit.later(at=now_us())
    toasts.say(request, _("It learns now. In a minute this page says how good it has become."))
    return redirect("web:reading")
