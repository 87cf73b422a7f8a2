"""Erasing who began a conversation, where no person is known: asked for on a page of its own, with a reason."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.inbox import actions
from regulars.inbox.actions import CannotDo
from regulars.inbox.actions.erasing import REASONS
from regulars.inbox.models import Case
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox.beside import author_of, standing_of
from regulars.web.pages.inbox.talk import found_case


@allowed("people.erase")
def erase(request: HttpRequest, case_id: int) -> HttpResponse:
    """What will go, and why; a POST with a reason erases it."""
    found, wrong = found_case(case_id), ""
    if request.method == "POST":
        try:
            actions.erase_author(
                case_id=case_id, reason=request.POST.get("reason", ""), by=request.user.by, at=now_us()
            )
            toasts.say(request, _("They were erased, with everything that was held about them."))
            return redirect("web:inbox")
        except CannotDo as problem:
            wrong = str(problem)
    theirs = Case.objects.filter(author_id=found.author_id).count() if found.author_id else 0
    context = {"here": "inbox", "case": found, "who": standing_of(author_of(found), None), "reasons": REASONS.items(),
               "conversations": theirs, "wrong": wrong}  # fmt: skip
    return render(request, "web/inbox/erase.html", context, status=422 if wrong else 200)
