"""The list of statements, box by box."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.content.factbase import queries
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.web.pages.facts import tabbed
from regulars.web.pages.facts.words import KINDS, state_of

BOXES = ("force", "review", "ending", "sent-back", "retired")
MOST = 200


@allowed("content.view")
def facts(request: HttpRequest) -> HttpResponse:
    """One box; ?q= searches in it, ?mine= keeps to one's own."""
    at, box = now_us(), request.GET.get("box", "force")
    box = box if box in BOXES else "force"
    words, mine = request.GET.get("q", "").strip(), "mine" in request.GET
    rows = queries.page(box=box, at=at, words=words, owner=request.user.by if mine else "", limit=MOST)
    names = who({one.owner for one, _version in rows} | {version.by for _one, version in rows})
    used = queries.times_used([one.id for one, _version in rows])
    shown = [
        {
            "one": one,
            "version": version,
            "kind": KINDS.get(one.kind, one.kind),
            "owner": names.get(one.owner, one.owner),
            "by": names.get(version.by, version.by),
            "state": state_of(one, version, at=at),
            "used": used.get(one.id, 0),
        }
        for one, version in rows
    ]
    there = sum(queries.counts(at=at).values())
    return tabbed(request, "list", box, rows=shown, box=box, words=words, mine=mine, there=there, most=MOST)
