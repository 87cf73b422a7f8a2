"""Suggestions for an answer, each with where it comes from: what solved a similar question, approved statements, a
draft put together from them. Nothing is ever sent by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.inbox.suggesting import Similar, Suggestions, for_case
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import formats
from regulars.web.pages.inbox.talk import found_case

MOST, EACH = 9, 3  # one per digit key


@allowed("inbox.answer")
def offers(request: HttpRequest, case_id: int) -> HttpResponse:
    """What could help to answer this, at most nine: a key each."""
    now = now_us()
    found = for_case(found_case(case_id).id, at=now, limit=EACH)
    return render(request, "web/inbox/_offers.html", {"offers": shown(found, now)[:MOST]})


def shown(found: Suggestions, now: int) -> list[dict[str, Any]]:
    """Statements first, for they are approved; then how others were answered; then a draft."""
    rows = [
        {
            "text": one.text, "tag": _("fact") if one.kind == "fact" else _("article"), "tone": "good",
            "source": one.title or one.source, "href": reverse("web:fact", args=[one.statement_id]),
        }
        for one in found.statements
    ]  # fmt: skip
    names = who({one.by for one in found.solved})
    rows += [_solved(one, names.get(one.by, one.by), now) for one in found.solved]
    if found.draft and found.draft.text:
        source = _("put together from the fact base: read and change it")
        rows.append({"text": found.draft.text, "tag": _("draft"), "tone": "warn", "source": source, "href": ""})
    return rows


def _solved(one: Similar, name: str, now: int) -> dict[str, Any]:
    said = {"name": name, "ago": formats.ago(one.at, now), "question": one.question[:80]}
    source = _("%(name)s answered “%(question)s” %(ago)s, and it was solved") % said
    if not one.public:
        source += _("; that was in private")
    return {"text": one.answer, "tag": _("solved"), "tone": "on", "source": source,
            "href": reverse("web:case", args=[one.case_id])}  # fmt: skip
