"""The calendar of posts, by month or week, with broadcasts and notes beside them; moved by mouse or keys."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.channels.networks.models import Account
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.social.actions.scheduling import place
from regulars.social.errors import CannotDo
from regulars.social.models import Drive, Variant
from regulars.social.publishing.clock import moved_to
from regulars.social.publishing.reading import Entry, entries
from regulars.team.permissions import allowed
from regulars.ui import formats, toasts
from regulars.web.pages.content.calendar import beside
from regulars.web.pages.publish import shown

SHOWN = 5  # posts in a cell of the month; a week shows all


@allowed("social.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """?view=month|week, ?day=2026-03-31, ?account=, ?drive=."""
    business = Business.load()
    today = formats.local(now_us(), business.timezone).date()
    day, view = _day(request.GET.get("day", ""), today), request.GET.get("view", "month")
    weeks = _weeks(day, view, business.week_start)
    since, until = weeks[0][0], weeks[-1][-1]
    asked = {name: _number(request.GET.get(name, "")) for name in ("account", "drive")}
    found = entries(since=since.isoformat(), until=until.isoformat(), account_id=asked["account"],
                    drive_id=asked["drive"])  # fmt: skip
    others = beside(since, until, business.timezone) if not any(asked.values()) else {}
    return shown(
        request, "calendar", "calendar", weeks=_cells(weeks, found, others, day, today, view), view=view, day=day,
        title=_title(day, view, weeks, found),
        names=[dateformat.format(one, "D") for one in weeks[0]],
        before=_step(day, view, -1), after=_step(day, view, 1), asked=asked, today=today,
        accounts=Account.objects.filter(archived_us=None, writes=True).order_by("id"),
        drives=Drive.objects.filter(archived_us=None).order_by("name"),
    )  # fmt: skip


def _day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _weeks(day: date, view: str, week_start: int) -> list[list[date]]:
    if view == "week":
        first = day - timedelta(days=(day.weekday() - week_start) % 7)
        return [[first + timedelta(days=n) for n in range(7)]]
    return months.Calendar(week_start).monthdatescalendar(day.year, day.month)


def _step(day: date, view: str, way: int) -> str:
    if view == "week":
        return (day + timedelta(days=7 * way)).isoformat()
    first = day.replace(day=1)
    return (first - timedelta(days=1) if way < 0 else first + timedelta(days=31)).replace(day=1).isoformat()


def _title(day: date, view: str, weeks: list[list[date]], found: list[Entry]) -> str:
    when, count = dateformat.format(day, "F Y"), sum(one.day[:7] == day.isoformat()[:7] for one in found)
    if view == "week":
        when, count = _("the week from %s") % dateformat.format(weeks[0][0], "j F"), len(found)
    text = ngettext("%(n)d post in %(when)s", "%(n)d posts in %(when)s", count)
    return text % {"n": count, "when": when}


def _cells(weeks: list[list[date]], found: list[Entry], others: dict[str, list[dict]], day: date, today: date,
           view: str) -> list[list[dict[str, Any]]]:  # fmt: skip
    by_day: dict[str, list[Entry]] = defaultdict(list)
    for one in found:
        by_day[one.day].append(one)
    most = SHOWN if view == "month" else 500

    def cell(one: date) -> dict[str, Any]:
        key = one.isoformat()
        posts = by_day.get(key, [])
        return {
            "day": one, "inside": view == "week" or one.month == day.month, "now": one == today,
            "posts": posts[:most], "more": max(0, len(posts) - most), "beside": others.get(key, []),
        }  # fmt: skip

    return [[cell(one) for one in week] for week in weeks]


@require_POST
@allowed("social.edit")
def move(request: HttpRequest) -> HttpResponse:
    """To another day, at the same time: what is not out yet of one post at one time."""
    local, back = request.POST.get("local", ""), request.POST.get("back", "")
    plan_id, day = _number(request.POST.get("plan", "")), request.POST.get("day", "")
    some = Variant.objects.filter(plan_id=plan_id, local=local, given_us=None)
    accounts = list(some.values_list("account_id", flat=True))
    try:
        if not accounts:
            raise CannotDo(_("This is out already, or somebody moved it meanwhile."))
        to = moved_to(local, date.fromisoformat(day))
        place(plan_id=plan_id, local=to, account_ids=accounts, by=request.user.by, at=now_us())
        toasts.say(request, _("Moved to %s.") % dateformat.format(date.fromisoformat(day), "l, j F"))
    except (CannotDo, ValueError) as wrong:
        toasts.warn(request, str(wrong))
    return redirect(reverse("web:publish") + (f"?{back}" if back else "") + (f"#plan-{plan_id}" if plan_id else ""))
