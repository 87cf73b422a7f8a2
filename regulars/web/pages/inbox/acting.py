"""What the buttons above a conversation do: one domain call each, then the conversation anew."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from regulars.core.clock import now_us
from regulars.inbox import actions
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import Case
from regulars.inbox.understanding import judging
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox import undoing
from regulars.web.pages.inbox.listing import partly
from regulars.web.pages.inbox.talk import found_case, page
from regulars.web.pages.inbox.until import until


@require_POST
@allowed("inbox.answer")
def act(request: HttpRequest, case_id: int) -> HttpResponse:
    """Whatever is done with a case: `do` says what."""
    found, now = found_case(case_id), now_us()
    try:
        before = undoing.before([found])
        said = _do(found, request.POST, by=request.user.by, at=now, extra=request)
    except CannotDo as problem:
        found.refresh_from_db()
        return page(request, found, status=422, wrong=str(problem))
    undo = undoing.remember(request, request.POST.get("do", ""), before)
    toasts.say(request, said, undo=undo)
    return done(request, found)


def done(request: HttpRequest, found: Case, **said: object) -> HttpResponse:
    """The conversation as it is now; the list is told that something changed."""
    found = found_case(found.id)
    if not partly(request):
        query = request.POST.get("query", "")[:500]
        return redirect(reverse("web:case", args=[found.id]) + (f"?{query}" if query else ""))
    return trigger_client_event(page(request, found, **said), "desk-changed", {"case": found.id})


@require_POST
@allowed("inbox.answer")
def judge(request: HttpRequest, case_id: int, item_id: int) -> HttpResponse:
    """Say how a text really feels: the shop's own model learns from it."""
    found = found_case(case_id)
    try:
        judging.judge(
            item_id=item_id, feels=request.POST.get("feels", ""), how="seen", by=request.user.by, at=now_us()
        )
    except CannotDo as problem:
        return page(request, found, status=422, wrong=str(problem))
    toasts.say(request, _("Thank you. The reader learns from it."))
    return done(request, found)


def _do(found: Case, post: QueryDict, *, by: str, at: int, extra: HttpRequest) -> str:
    wish = DOES.get(post.get("do", ""))
    if wish is None:
        raise CannotDo(_("Choose what to do."))
    if post.get("new_label") and not extra.user.may("inbox.rules"):
        raise CannotDo(_("You may not make labels. Choose one that exists, or ask who keeps the rules."))
    return wish(found, post, {"case_id": found.id, "by": by, "at": at})


def _take(found: Case, post: QueryDict, common: dict) -> str:
    actions.assign(owner=common["by"], **common)
    return _("It is yours now.")


def _assign(found: Case, post: QueryDict, common: dict) -> str:
    actions.assign(owner=post.get("owner", ""), **common)
    return _("It has another owner now.") if post.get("owner") else _("It is nobody's now.")


def _snooze(found: Case, post: QueryDict, common: dict) -> str:
    moment = until(post.get("until", ""), moment=post.get("moment", ""), now=common["at"])
    actions.snooze(until_us=moment, **common)
    return _("It comes back by itself.")


def _wake(found: Case, post: QueryDict, common: dict) -> str:
    actions.wake(**common)
    return _("It is back in the list.")


def _priority(found: Case, post: QueryDict, common: dict) -> str:
    priority = post.get("priority", "")
    actions.set_priority(priority=int(priority) if priority in ("0", "1", "2") else -1, **common)
    return _("Its priority is changed.")


def _close(found: Case, post: QueryDict, common: dict) -> str:
    actions.close(outcome=post.get("outcome", ""), **common)
    return _("The case is closed.")


def _reopen(found: Case, post: QueryDict, common: dict) -> str:
    actions.reopen(**common)
    return _("The case is open again.")


def _label(found: Case, post: QueryDict, common: dict) -> str:
    name = post.get("new_label", "").strip()
    if name:
        actions.save_label(name=name, by=common["by"], at=common["at"])
    name = name or post.get("label", "")
    if name in found.labels:
        actions.remove_label(label=name, **common)
        return _("“%s” is off.") % name
    actions.add_label(label=name, **common)
    return _("“%s” is on.") % name


def _merge(found: Case, post: QueryDict, common: dict) -> str:
    actions.merge(kept_id=found.id, lost_id=_number(post.get("other")), by=common["by"], at=common["at"])
    return _("Both are one conversation now. It can be taken apart again.")


def _unmerge(found: Case, post: QueryDict, common: dict) -> str:
    actions.unmerge(case_id=_number(post.get("other")), by=common["by"], at=common["at"])
    return _("They are two conversations again.")


def _number(text: str | None) -> int:
    if not (text or "").isdecimal():
        raise CannotDo(_("Choose another conversation."))
    return int(text)


DOES: dict[str, Callable[[Case, QueryDict, dict], str]] = {
    "take": _take, "assign": _assign, "snooze": _snooze, "wake": _wake, "priority": _priority, "close": _close,
    "reopen": _reopen, "label": _label, "merge": _merge, "unmerge": _unmerge,
}  # fmt: skip
