"""Taking back what was just done, to one conversation or to several: what they were before stands in the session.

Only what loses nothing is undone, and only where nobody changed it since: owner, priority, put aside, closed, labels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import HOUR, now_us
from regulars.inbox import actions
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import Case
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number

UNDOABLE = {"take", "assign", "snooze", "wake", "priority", "close", "label"}
FIELDS = ("owner", "priority", "snoozed_us", "closed_us", "labels")
KEY = "inbox_undo"


def before(cases: Iterable[Case]) -> dict[str, dict[str, Any]]:
    """What the cases are now."""
    return {str(case.id): {name: getattr(case, name) for name in FIELDS} for case in cases}


def remember(request: HttpRequest, do: str, seen: dict[str, dict[str, Any]]) -> str:
    """Keep it for an hour; gives the address that takes it back, "" for what cannot be."""
    if do not in UNDOABLE or not seen:
        return ""
    after = {str(case.id): case.changed_us for case in Case.objects.filter(id__in=[int(key) for key in seen])}
    request.session[KEY] = {"before": seen, "after": after, "at": now_us()}
    return reverse("web:inbox_undo")


@require_POST
@allowed("inbox.answer")
def undo(request: HttpRequest) -> HttpResponse:
    """Back to what it was. What somebody changed since stays, and that is said."""
    kept, now = request.session.pop(KEY, None), now_us()
    back = request.headers.get("Referer", "")
    if not kept or kept["at"] < now - HOUR:
        toasts.warn(request, _("There is nothing to undo any more."))
        return _back(request, back)
    cases = Case.objects.in_bulk([int(key) for key in kept["before"]])
    same = [case for case in cases.values() if case.changed_us == kept["after"].get(str(case.id))]
    done = sum(_restore(case, kept["before"][str(case.id)], by=request.user.by, at=now) for case in same)
    toasts.say(request, ngettext("%s is as it was.", "%s are as they were.", done) % number(done))
    if len(same) < len(cases):
        toasts.warn(request, _("What somebody changed since stays as it is."))
    return _back(request, back)


def _back(request: HttpRequest, referer: str) -> HttpResponse:
    inside = request.build_absolute_uri("/")
    return redirect(referer if referer.startswith(inside) else "web:inbox")


def _restore(case: Case, was: dict[str, Any], *, by: str, at: int) -> int:
    common = {"case_id": case.id, "by": by, "at": at}
    try:
        if case.closed_us is not None and was["closed_us"] is None:
            actions.reopen(**common)
        if case.owner != was["owner"]:
            actions.assign(owner=was["owner"], **common)
        if case.priority != was["priority"]:
            actions.set_priority(priority=was["priority"], **common)
        _sleep(case, was["snoozed_us"], common)
        for name in set(case.labels) ^ set(was["labels"]):
            change = actions.add_label if name in was["labels"] else actions.remove_label
            change(label=name, **common)
    except CannotDo:
        return 0
    return 1


def _sleep(case: Case, was: int | None, common: dict[str, Any]) -> None:
    if was is not None and was > common["at"] and case.snoozed_us != was:
        actions.snooze(until_us=was, **common)
    elif was is None and case.snoozed_us is not None:
        actions.wake(**common)
