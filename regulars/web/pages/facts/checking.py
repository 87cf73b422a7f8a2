"""The honesty gate to try out, and what was let pass against it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from regulars.content.clearing import queries
from regulars.content.honesty import examine
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.web.pages.content.checks import excerpt
from regulars.web.pages.facts import tabbed
from regulars.web.pages.facts.words import FOUND, VERDICTS, WEIGHTS, place_of


@allowed("content.view")
def check(request: HttpRequest) -> HttpResponse:
    """Try a text; nothing is kept of it."""
    text, asked = request.POST.get("text", "")[:20_000], request.POST.get("asked", "")[:20_000]
    invited = "uninvited" not in request.POST
    seen = None
    if text.strip():
        context = queries.context_for(text, at=now_us(), by=request.user.by, asked=asked, invited=invited)
        seen = examine(text, context)
    shown = {"text": text, "asked": asked, "invited": invited, "seen": seen}
    return tabbed(request, "check", "check", **shown, **(told(text, seen) if seen else {}))


def told(text: str, seen) -> dict:
    """An examination as pages show it: the verdict in words, each finding with its place."""
    findings = [(one, WEIGHTS[one.weight], excerpt(text, one.start, one.end)) for one in seen.findings]
    return {"verdict": VERDICTS[seen.verdict], "findings": findings}


@allowed("content.view")
def passed(request: HttpRequest) -> HttpResponse:
    """What a second person agreed to, and what was overruled and why."""
    rows = queries.let_pass(limit=200)
    names = who({one.by for one in rows} | {one.overruled_by or one.seconded_by for one in rows})
    shown = [
        {
            "one": one,
            "by": names.get(one.by, one.by),
            "who": names.get(one.overruled_by or one.seconded_by, ""),
            "at": one.overruled_us or one.seconded_us,
            "kinds": _kinds(one.findings),
            "place": place_of(one.origin),
        }
        for one in rows
    ]
    return tabbed(request, "passed", "passed", rows=shown)


def _kinds(findings: list[dict]) -> list[str]:
    """What was found, in words, each kind once."""
    kinds = {found["kind"] for found in findings if found["weight"] != "note"}
    return sorted(str(FOUND.get(kind, kind)) for kind in kinds)
