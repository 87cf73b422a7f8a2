"""When somebody answers, and what is promised for which kind of conversation: hours, holidays, targets."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.models import Desk, Routing
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox import tabs
from regulars.web.pages.inbox.targets import targets

DAYS = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)


@allowed("inbox.rules")
def desk(request: HttpRequest) -> HttpResponse:
    """The page; a POST saves hours and holidays of the desk it shows."""
    shown = _shown(request.GET.get("desk", "1"))
    if request.method != "POST":
        return _page(request, shown, _said(shown))
    said = _read(request.POST)
    try:
        kept = actions.change_desk(
            week=[_openings(day) for day in said["days"]], holidays=_holidays(said["holidays"]), name=said["name"],
            zone=said["zone"], second_eyes=said["second_eyes"] if shown.id == 1 else None, desk_id=shown.id,
            by=request.user.by, at=now_us(),
        )  # fmt: skip
    except actions.CannotDo as problem:
        return _page(request, shown, said, wrong=str(problem))
    toasts.say(request, _("The clocks run by the new hours. What was promised before stays promised."))
    return redirect(f"{reverse('web:inbox_desk')}?desk={kept.id}")


def _shown(number: str) -> Desk:
    """The desk of the address; "new" is one that is not there yet."""
    if number == "new":
        return Desk(id=None, week=queries.desk().week, holidays={})
    return queries.desk(int(number) if number.isdecimal() else 1)


def _said(found: Desk) -> dict[str, Any]:
    return {
        "name": found.name,
        "zone": found.zone,
        "second_eyes": found.second_eyes,
        "days": [", ".join(f"{a}–{b}" for a, b in day) for day in found.week],
        "holidays": "\n".join(f"{day} {name}" for day, name in found.holidays.items()),
    }


def _read(post: QueryDict) -> dict[str, Any]:
    return {
        "name": post.get("name", "").strip()[:80],
        "zone": post.get("zone", "").strip()[:60],
        "second_eyes": "second_eyes" in post,
        "days": [post.get(f"day{n}", "") for n in range(7)],
        "holidays": post.get("holidays", ""),
    }


def _page(request: HttpRequest, shown: Desk, said: dict[str, Any], *, wrong: str = "") -> HttpResponse:
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "desk",
        "desks": queries.desks(),
        "desk": shown,
        "said": said,
        "days": list(zip(DAYS, said["days"], strict=True)),
        "wrong": wrong,
        "colleagues": queries.colleagues(),
        "fresh": Routing(),
        **targets(),
    }
    return render(request, "web/inbox/desk.html", context, status=422 if wrong else 200)


def _openings(text: str) -> list[list[str]]:
    """ "9:00–12:00, 13:00–17:30" as pairs."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        times = re.fullmatch(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})", part)
        if not times:
            raise actions.CannotDo(_("“%s” is no opening: write 09:00–17:30, or nothing for a closed day.") % part)
        found.append([times[1].zfill(5), times[2].zfill(5)])
    return found


def _holidays(text: str) -> dict[str, str]:
    rows = (line.strip().partition(" ") for line in text.splitlines() if line.strip())
    return {day: name.strip()[:80] for day, _space, name in rows}


@require_POST
@allowed("inbox.rules")
def remove(request: HttpRequest, desk_id: int) -> HttpResponse:
    """The shop's own desk answers what this one did."""
    try:
        actions.remove_desk(desk_id=desk_id, by=request.user.by, at=now_us())
        toasts.say(request, _("The shop's own desk answers these now."))
    except actions.CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:inbox_desk")
