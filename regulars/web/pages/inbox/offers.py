"""Suggestions for an answer, each with where it comes from: what solved a similar question, approved statements."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.inbox import queries
from regulars.inbox.models import Case
from regulars.team.permissions import allowed
from regulars.web.pages.inbox.talk import found_case

MOST = 9  # one per digit key


@allowed("inbox.answer")
def offers(request: HttpRequest, case_id: int) -> HttpResponse:
    """What could help to answer this, at most nine: a key each."""
    return render(request, "web/inbox/_offers.html", {"offers": found_for(found_case(case_id))[:MOST]})


def asked_in(case: Case) -> str:
    """What they said last."""
    said = [one.text for one in queries.entries(case.id) if one.kind == "said" and one.text]
    return said[-1] if said else ""


def found_for(case: Case) -> list[dict[str, Any]]:
    """Facts and solved questions for what was asked last."""
    asked, now = asked_in(case), now_us()
    return [] if not asked else [*_statements(asked, now)]


def _statements(asked: str, now: int) -> list[dict[str, Any]]:
    try:
        from regulars.content.factbase.queries import suggest
    except ImportError:
        return []
    return [
        {"text": one.text, "source": _("fact base: %s") % (one.title or one.source), "tag": _("fact")}
        for one in suggest(asked, limit=4, at=now)
    ]
