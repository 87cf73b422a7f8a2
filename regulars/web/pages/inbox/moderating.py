"""Hiding and deleting what others said in public: for a listed reason, with a second person, in a log for all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.channels.networks.models import Account, Item
from regulars.core.clock import DAY, now_us
from regulars.inbox import actions, queries
from regulars.inbox.actions import CannotDo
from regulars.inbox.actions.moderating import REASONS
from regulars.inbox.models import Moderation
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.inbox import tabs
from regulars.web.pages.inbox.acting import done
from regulars.web.pages.inbox.outside import shown
from regulars.web.pages.inbox.talk import found_case, page

SINCE, PAGE = 90, 50
ACTS = {"hide": lazy("hidden"), "show": lazy("shown again"), "delete": lazy("deleted")}
WISHES = {"hide": lazy("to be hidden"), "show": lazy("to be shown again"), "delete": lazy("to be deleted")}
STATES = {
    "asked": (lazy("waits for a second person"), "warn"),
    "refused": (lazy("refused: it stays visible"), ""),
    "going": (lazy("on its way"), ""),
    "done": (lazy("done"), "good"),
    "failed": (lazy("the network did not do it"), "bad"),
}


@require_POST
@allowed("inbox.answer")
def moderate(request: HttpRequest, case_id: int, entry_id: int) -> HttpResponse:
    """Ask for something to be hidden, shown again or deleted."""
    found, post = found_case(case_id), request.POST
    try:
        made = actions.moderate(
            entry_id=entry_id, act=post.get("act", ""), reason=post.get("reason", ""),
            note=post.get("note", "")[:300], by=request.user.by, at=now_us(),
        )  # fmt: skip
    except CannotDo as problem:
        return page(request, found, status=422, wrong=str(problem))
    waits = made.state == "asked"
    toasts.say(request, _("A second person is asked. Until then it stays visible.") if waits else _("On its way."))
    return done(request, found)


@allowed("inbox.view")
def hidden(request: HttpRequest) -> HttpResponse:
    """The log: what was hidden or deleted, by whom and why, and how much of it was criticism."""
    now = now_us()
    after = request.GET.get("after", "")
    found = queries.moderation_page(after=int(after) if after.isdecimal() else None, limit=PAGE)
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "hidden",
        "rows": _lines(found, request),
        "after": str(found[-1].id) if len(found) == PAGE else "",
        "since": SINCE,
        "ratio": ratio(queries.moderation_ratio(since=now - SINCE * DAY, until=now)),
        "answers": request.user.may("inbox.answer"),
    }
    return render(request, "web/inbox/hidden.html", context)


def ratio(found: queries.Ratio) -> dict[str, Any]:
    """The published figures: counts, and the share of what we hid that was criticism."""
    return {
        "said": found.said,
        "hidden": found.hidden,
        "critical": found.hidden_critical,
        "share": found.hidden_critical / found.hidden if found.hidden else None,
        "critical_share": found.hidden_critical / found.critical if found.critical else None,
    }


def _lines(rows: list[Moderation], request: HttpRequest) -> list[dict[str, Any]]:
    items = Item.objects.in_bulk({row.item_id for row in rows})
    accounts = Account.objects.in_bulk({row.account_id for row in rows})
    names = who({row.by for row in rows} | {row.second_by for row in rows if row.second_by})
    return [
        {
            "row": row,
            "act": (ACTS if row.state == "done" else WISHES).get(row.act, row.act),
            "state": STATES.get(row.state, (row.state, "")),
            "reason": REASONS.get(row.reason, row.reason),
            "words": shown(items[row.item_id].text) if row.item_id in items else "",
            "account": accounts.get(row.account_id),
            "by": names.get(row.by, row.by),
            "second": names.get(row.second_by, ""),
            "may_decide": row.state == "asked" and row.by != request.user.by,
        }
        for row in rows
    ]


@require_POST
@allowed("inbox.answer")
def decide(request: HttpRequest, moderation_id: int) -> HttpResponse:
    """The second person agrees, or does not."""
    wish = actions.agree if request.POST.get("do") == "agree" else actions.refuse
    try:
        wish(moderation_id=moderation_id, by=request.user.by, at=now_us())
        toasts.say(request, _("Decided. It stands in the log."))
    except CannotDo as problem:
        toasts.warn(request, str(problem))
    number = request.POST.get("case", "")
    return (
        redirect("web:case", int(number)) if number.isdecimal() and len(number) < 18 else redirect("web:inbox_hidden")
    )
