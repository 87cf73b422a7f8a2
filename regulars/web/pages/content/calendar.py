"""The content calendar: a month of what goes out, what is planned, and the team's notes."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content import actions
from regulars.content.models import CalendarNote
from regulars.content.rendering import ContentError
from regulars.core.clock import now_us, to_us
from regulars.core.models import Business
from regulars.journeys.models import Broadcast
from regulars.social.publishing.reading import entries as posts_of
from regulars.team.permissions import allowed
from regulars.ui import formats, toasts
from regulars.web.pages.content.tabs import tabbed


@allowed("content.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """The month ?month=2026-03, this one by default."""
    business = Business.load()
    today = formats.local(now_us(), business.timezone).date()
    first = _month(request.GET.get("month", ""), today)
    weeks = months.Calendar(business.week_start).monthdatescalendar(first.year, first.month)
    entries = beside(weeks[0][0], weeks[-1][-1], business.timezone)
    _add_posts(entries, weeks[0][0], weeks[-1][-1])
    rows = [
        [(day, day.month == first.month, day == today, entries[day.isoformat()]) for day in week] for week in weeks
    ]
    return tabbed(
        request, "calendar", weeks=rows, first=first, title=dateformat.format(first, "F Y"), today=today,
        days=[dateformat.format(day, "D") for day in weeks[0]],
        before=(first - timedelta(days=1)).strftime("%Y-%m"), after=(first + timedelta(days=31)).strftime("%Y-%m"),
    )  # fmt: skip


def _month(text: str, today: date) -> date:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if abs(first.year - today.year) <= 100 else today.replace(day=1)


def _add_posts(found: dict[str, list[dict]], since: date, until: date) -> None:
    """What is said in public on those days."""
    for one in posts_of(since=since.isoformat(), until=until.isoformat()):
        sure = one.standing.state in ("planned", "leaving", "there", "seen")
        said = {"text": one.plan.title, "id": one.plan.id, "clock": one.clock, "state": one.standing.label}
        found[one.day].append({"what": "post", "launched": sure} | said)


def beside(since: date, until: date, zone: str) -> dict[str, list[dict]]:
    """{day: [{what, text, ...}]}: broadcasts by the day they go out, then notes."""
    found: dict[str, list[dict]] = defaultdict(list)
    start, end = (to_us(datetime.combine(day, time(), ZoneInfo(zone))) for day in (since, until + timedelta(days=1)))
    for one in Broadcast.objects.order_by("when_us", "id")[:2000]:
        at = one.when_us or one.launched_us
        day = one.local_time[:10] if one.local_time else formats.local(at, zone).date().isoformat() if at else ""
        if day and since.isoformat() <= day <= until.isoformat() and (one.local_time or start <= at < end):
            found[day].append({"what": "broadcast", "text": one.name, "launched": one.launched_us, "id": one.id})
    for note in CalendarNote.objects.filter(day__gte=since.isoformat(), day__lte=until.isoformat()).order_by(
        "day", "id"
    ):
        found[note.day].append({"what": "note", "text": note.text, "id": note.id})
    return found


@require_POST
@allowed("content.edit")
def note(request: HttpRequest) -> HttpResponse:
    """Write a note on a day, or take one off; the month of the note is shown."""
    said, month = {"by": request.user.by, "at": now_us()}, request.POST.get("month") or request.POST.get("day", "")
    try:
        if request.POST.get("remove", "").isdecimal():
            actions.remove_note(note_id=int(request.POST["remove"]), **said)
        else:
            made = actions.add_note(day=request.POST.get("day", ""), text=request.POST.get("text", ""), **said)
            toasts.say(request, _("Noted on %s.") % dateformat.format(date.fromisoformat(made.day), "l, j F Y"))
    except ContentError as error:
        toasts.warn(request, error.message)
    if request.POST.get("back") == "publish":
        return redirect(reverse("web:publish") + f"?day={request.POST.get('day', '')[:10]}")
    return redirect(reverse("web:calendar") + f"?month={month[:7]}")
