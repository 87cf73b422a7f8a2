"""When the desk is open, and who gets which kind of case."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.kinds import KINDS
from regulars.inbox.models import Routing
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox import tabs

DAYS = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)


@allowed("settings.edit")
def desk(request: HttpRequest) -> HttpResponse:
    """The page; a POST saves hours and holidays."""
    wrong, said = "", None
    if request.method == "POST":
        said = [request.POST.get(f"day{n}", "") for n in range(7)], request.POST.get("holidays", "")
        try:
            actions.change_desk(
                week=[_openings(day) for day in said[0]], holidays=_holidays(said[1]), by=request.user.by, at=now_us()
            )
            toasts.say(request, _("The clocks run by the new hours. Due times of open cases stay."))
            return redirect("web:inbox_desk")
        except actions.CannotDo as problem:
            wrong = str(problem)
    now = queries.desk()
    days = said[0] if said else [", ".join(f"{a}–{b}" for a, b in day) for day in now.week]
    holidays = said[1] if said else "\n".join(f"{day} {name}" for day, name in now.holidays.items())
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "desk",
        "days": list(zip(DAYS, days, strict=True)),
        "wrong": wrong,
        "holidays": holidays,
        "rules": _rules(),
        "colleagues": queries.colleagues(),
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


def _rules() -> list[dict]:
    known = {rule.kind: rule for rule in Routing.objects.all()}
    return [
        {"kind": kind, "rule": known.get(kind.key, Routing(kind=kind.key)), "usual": kind.hours, "days": kind.days}
        for kind in KINDS.values()
    ]


@require_POST
@allowed("settings.edit")
def rule(request: HttpRequest, kind: str) -> HttpResponse:
    """Save the rule of one kind."""
    hours = request.POST.get("hours", "").strip().replace(",", ".")
    owners = [int(one) for one in request.POST.getlist("owners") if one.isdecimal()]
    try:
        if hours and not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", hours):
            raise actions.CannotDo(_("Hours are a number, for example 8."))
        actions.change_routing(
            kind=kind[:20],
            hours=float(hours) if hours else None,
            share=request.POST.get("share", ""),
            owners=owners,
            by=request.user.by,
            at=now_us(),
        )
        toasts.say(request, _("New cases go by this rule."))
    except actions.CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:inbox_desk")
