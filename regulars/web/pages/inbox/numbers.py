"""How well we answer, and what became of the people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.core.clock import DAY, now_us
from regulars.inbox.kinds import kind_of
from regulars.inbox.measuring import measured
from regulars.insights.proportions import wilson
from regulars.team.permissions import allowed
from regulars.web.pages.inbox import tabs
from regulars.web.pages.inbox.words import kinds

SINCE = 90


@allowed("inbox.view")
def numbers(request: HttpRequest) -> HttpResponse:
    """The last 90 days, of one kind or all."""
    now, kind = now_us(), request.GET.get("kind", "")
    found = measured(kind=kind, since=now - SINCE * DAY, at=now)
    labels = (
        kind_of(kind).outcomes
        if kind
        else {key: words for k, _l in kinds() for key, words in kind_of(k).outcomes.items()}
    )
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "numbers",
        "found": found,
        "since": SINCE,
        "kinds": kinds(),
        "kind": kind,
        "in_time": wilson(found.in_time, found.promised),
        "good": wilson(found.good, found.closed),
        "again": [
            ("closed", wilson(found.again_closed, found.of_closed)),
            ("open", wilson(found.again_open, found.of_open)),
        ],
        "outcomes": [(labels.get(key, key), n) for key, n in found.outcomes.items()],
    }
    return render(request, "web/inbox/numbers.html", context)
