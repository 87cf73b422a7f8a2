"""What helps while answering: saved replies with their names filled in, macros, suggestions with their source, and
what to do with an answer that waits, failed or may have failed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Post
from regulars.channels.networks.posting import look_again, settle_unknown
from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import Case, Entry
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox.acting import done
from regulars.web.pages.inbox.talk import found_case, page

SHOWN = 12


@allowed("inbox.answer")
def replies_for(request: HttpRequest, case_id: int) -> HttpResponse:
    """Saved replies that match what is typed, filled in for this conversation."""
    found_case(case_id)
    text = request.GET.get("reply_q", "").strip()[:80]
    found = queries.replies(text, limit=SHOWN)
    return render(request, "web/inbox/_replies.html", {"replies": found, "case_id": case_id, "sought": text})


@require_POST
@allowed("inbox.answer")
def fill(request: HttpRequest, case_id: int, reply_id: int) -> HttpResponse:
    """The words of a saved reply for this conversation, as plain text."""
    try:
        text = actions.fill(reply_id=reply_id, case_id=case_id, by=request.user.by, at=now_us())
    except CannotDo as problem:
        return HttpResponse(str(problem), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_POST
@allowed("inbox.answer")
def macro(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take the steps of a macro; an answer among them waits in the box."""
    found, number = found_case(case_id), request.POST.get("macro", "")
    try:
        if not number.isdecimal():
            raise CannotDo(_("Choose a macro."))
        ran = actions.run_macro(macro_id=int(number), case_id=found.id, by=request.user.by, at=now_us())
    except CannotDo as problem:
        return page(request, found, status=422, wrong=str(problem))
    toasts.say(request, _("Done: %s.") % ", ".join(map(str, ran.did)) if ran.did else _("The answer is in the box."))
    said = {"draft": ran.draft} if ran.draft else {}
    return done(request, found, **said)


@require_POST
@allowed("inbox.answer")
def post(request: HttpRequest, case_id: int, post_id: int) -> HttpResponse:
    """Release, withdraw, retry or look again: `do` says which."""
    found = found_case(case_id)
    try:
        toasts.say(request, _act(request, found, post_id))
    except (CannotDo, CannotSay) as problem:
        return page(request, found, status=422, wrong=str(problem))
    return done(request, found)


def _act(request: HttpRequest, found: Case, post_id: int) -> str:
    entry = Entry.objects.filter(post_id=post_id, case_id=found.id).first()
    one, common = Post.objects.filter(id=post_id).first(), {"by": request.user.by, "at": now_us()}
    if entry is None or one is None:
        raise CannotDo(_("There is no such answer in this conversation."))
    match request.POST.get("do"):
        case "release":
            if not request.user.may("social.publish"):
                raise CannotDo(_("You may not let answers out. Ask who approves posts."))
            actions.approve_answer(
                entry_id=entry.id, overrule=request.POST.get("overrule", "").strip()[:300], **common
            )
            return _("It goes out now.")
        case "stop":
            actions.withdraw_answer(entry_id=entry.id, **common)
            return _("It is withdrawn and was not sent.")
        case "retry":
            actions.retry_answer(entry_id=entry.id, **common)
            return _("It is tried again.")
        case "look":
            look_again(post_id=post_id, at=common["at"])
            return _("The network is asked whether it is there.")
        case "there" | "not there" as said:
            settle_unknown(post_id=post_id, sent=said == "there", **common)
            return _("Noted.") if said == "there" else _("It is sent now.")
    raise CannotDo(_("Choose what to do."))
