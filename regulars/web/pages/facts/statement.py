"""One statement: what it says, who stands for it, its versions, and where it was used."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content.factbase import actions, queries
from regulars.content.factbase.actions import CannotState
from regulars.content.factbase.models import Statement
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.facts import tabbed
from regulars.web.pages.facts.words import ABOUT, AUDIENCES, KINDS, place_of, state_of


@allowed("content.view")
def statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """The page."""
    return _page(request, _one(statement_id))


def _one(statement_id: int) -> Statement:
    found = Statement.objects.filter(id=statement_id).first()
    if found is None:
        raise Http404(_("There is no such statement."))
    return found


def _page(request: HttpRequest, one: Statement, *, wrong: str = "", status: int = 200) -> HttpResponse:
    at, versions, uses = now_us(), queries.versions(one.id), queries.uses(one.id)
    shown = next((version for version in versions if version.number == (one.version or one.newest)), versions[0])
    waiting = versions[0] if versions[0].approved_us is None and versions[0].refused_us is None else None
    names = who({one.owner, one.retired_by} | _people(versions) | {use.by for use in uses} - {""})
    context = {
        "one": one,
        "version": shown,
        "waiting": waiting,
        "kind": KINDS.get(one.kind, one.kind),
        "about": ABOUT.get(shown.about, ""),
        "audience": AUDIENCES.get(shown.audience, ""),
        "owner": names.get(one.owner, one.owner),
        "state": state_of(one, shown, at=at),
        "versions": [
            (version, names.get(version.by, ""), _ended(version, names), state_of(one, version, at=at))
            for version in versions
        ],
        "uses": [(use, *place_of(use.origin), names.get(use.by, use.by)) for use in uses],
        "mine": waiting is not None and waiting.by == request.user.by,
        "alone": waiting is not None and waiting.by == request.user.by and queries.is_alone(request.user.by),
        "wrong": wrong,
    }
    return tabbed(request, "statement", "", status=status, **context)


def _people(versions) -> set[str]:
    return {by for version in versions for by in (version.by, version.approved_by, version.refused_by) if by}


def _ended(version, names) -> str:
    return names.get(version.approved_by or version.refused_by, "")


@require_POST
@allowed("facts.approve")
def act(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Approve, send back, take out: do= says what."""
    one, post = _one(statement_id), request.POST
    try:
        said = _do(one, post, by=request.user.by)
    except CannotState as problem:
        return _page(request, one, wrong=str(problem), status=422)
    toasts.say(request, said)
    return redirect("web:fact", one.id)


def _do(one: Statement, post, *, by: str) -> str:
    number = int(post["number"]) if post.get("number", "").isdigit() else 0
    common = {"statement_id": one.id, "by": by, "at": now_us()}
    if number and not any(version.number == number for version in queries.versions(one.id)):
        raise CannotState(_("There is no such version."))
    match post.get("do"):
        case "approve" if number:
            actions.approve(number=number, **common)
            return _("It is in force now: answers may lean on it.")
        case "refuse" if number:
            actions.refuse(number=number, why=post.get("why", ""), **common)
            return _("Sent back to who wrote it.")
        case "retire":
            actions.retire(why=post.get("why", ""), **common)
            return _("Taken out. Look below where it was used: some of that may need correcting.")
    raise CannotState(_("Choose what to do."))
