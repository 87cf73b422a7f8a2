"""Saying who somebody on a network is: a colleague's word, kept with its evidence, and taken back at any time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions
from regulars.inbox.actions import CannotDo
from regulars.people.queries import search
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox.acting import done
from regulars.web.pages.inbox.beside import author_of, standing_of
from regulars.web.pages.inbox.talk import found_case


@allowed("people.merge")
def prove(request: HttpRequest, case_id: int) -> HttpResponse:
    """Find the person; a POST says that this is them, and how one knows."""
    found = found_case(case_id)
    if request.method == "POST" and found.author_id:
        try:
            actions.prove_author(
                author_id=found.author_id, proof="colleague", by=request.user.by, at=now_us(),
                person_id=int(request.POST.get("person", "0")), evidence=request.POST.get("evidence", "")[:500],
            )  # fmt: skip
            toasts.say(request, _("They are one. It can be taken back."))
            return redirect("web:case", case_id)
        except (CannotDo, ValueError) as problem:
            toasts.warn(request, str(problem))
    text = request.GET.get("q", "").strip()[:100]
    context = {"here": "inbox", "case": found, "who": standing_of(author_of(found), None), "q": text,
               "found": search(text, limit=20) if text else []}  # fmt: skip
    return render(request, "web/inbox/prove.html", context)


@require_POST
@allowed("people.merge")
def unprove(request: HttpRequest, case_id: int, proof_id: int) -> HttpResponse:
    """This is not them after all."""
    try:
        actions.undo_proof(proof_id=proof_id, by=request.user.by, at=now_us())
        toasts.say(request, _("They are two again."))
    except CannotDo as problem:
        toasts.warn(request, str(problem))
    return done(request, found_case(case_id))


@require_POST
@allowed("people.merge")
def disown(request: HttpRequest, case_id: int) -> HttpResponse:
    """The address that the network vouches for is somebody else's too."""
    found = found_case(case_id)
    try:
        if found.author_id:
            actions.undo_address(author_id=found.author_id, by=request.user.by, at=now_us())
        toasts.say(request, _("They are two again. What was heard until now stays on that person's page."))
    except CannotDo as problem:
        toasts.warn(request, str(problem))
    return done(request, found_case(case_id))
