"""The conversations behind a figure of the report, the newest first."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy

from regulars.core.clock import DAY, now_us
from regulars.inbox.models import Case, Wait
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import formats
from regulars.web.pages.inbox.numbers import Asked, asked_of
from regulars.web.pages.inbox.rows import lines

PAGE = 50
WHATS = {
    "all": lazy("Everybody who asked"),
    "answered": lazy("Who got an answer"),
    "late": lazy("Answered too late, or still without an answer after its time"),
    "unanswered": lazy("Closed without a word"),
    "waiting": lazy("Who still waits"),
}


@allowed("inbox.view")
def behind(request: HttpRequest) -> HttpResponse:
    """?what= and the filters of the report."""
    now, asked, what = now_us(), asked_of(request.GET), request.GET.get("what", "all")
    what = what if what in WHATS else "all"
    found = _narrowed(_waits(what, asked, now), request.GET)
    after = request.GET.get("after", "")
    found = found.filter(id__lt=int(after)) if after.isdecimal() and len(after) < 19 else found
    rows = list(found.order_by("-id")[: PAGE + 1])
    context = {
        "here": "inbox",
        "title": WHATS[what],
        "asked": asked,
        "rows": _lines(rows[:PAGE], now),
        "after": str(rows[PAGE - 1].id) if len(rows) > PAGE else "",
    }
    return render(request, "web/inbox/behind.html", context)


def _waits(what: str, asked: Asked, now: int) -> QuerySet[Wait]:
    found = Wait.objects.filter(asked_us__gte=now - asked.days * DAY)
    wanted = {"kind": asked.kind, "account_id": asked.account, "by_user": asked.by}
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    late = Q(in_time=False, how="answer") | Q(ended_us=None, due_us__lte=now)
    chosen = {"answered": Q(how="answer"), "unanswered": Q(how="close"), "waiting": Q(ended_us=None), "late": late}
    return found.filter(chosen[what]) if what in chosen else found


def _narrowed(found: QuerySet[Wait], said: Any) -> QuerySet[Wait]:
    if said.get("first") in ("0", "1"):
        found = found.filter(first=said["first"] == "1")
    hour = said.get("hour", "")
    return found.filter(hour=int(hour)) if hour.isdecimal() and int(hour) < 168 else found


def _lines(waits: list[Wait], now: int) -> list[dict[str, Any]]:
    cases = Case.objects.in_bulk({one.case_id for one in waits})
    shown = {line["case"].id: line for line in lines(cases.values(), at=now)}
    names = who(f"user:{one.by_user}" for one in waits if one.by_user)
    return [
        {
            "line": shown[one.case_id],
            "wait": one,
            "by": names.get(f"user:{one.by_user}", ""),
            "took": formats.span(one.business_us) if one.business_us is not None else "",
        }
        for one in waits
        if one.case_id in shown
    ]
