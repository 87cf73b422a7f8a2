"""Series: what is said again and again, its texts in turn, and what the days left out by chance tell."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.social.actions import repeating
from regulars.social.errors import CannotDo
from regulars.social.models import Occurrence, Series
from regulars.team.permissions import allowed
from regulars.ui import formats, toasts
from regulars.web.pages.publish import shown
from regulars.web.pages.publish.holdouts import brought
from regulars.web.pages.publish.queues import weekdays


@allowed("social.view")
def series(request: HttpRequest) -> HttpResponse:
    """All series, those that run first."""
    today = formats.local(now_us(), Business.load().timezone).date()
    rows = [_row(one, today) for one in Series.objects.order_by("-id")]
    rows.sort(key=lambda row: row["series"].stopped_us is not None)
    return shown(request, "series", "series", rows=rows, weekdays=weekdays(), today=today.isoformat())


def _row(one: Series, today: date) -> dict:
    names = dict(weekdays())
    coming = Occurrence.objects.filter(series_id=one.id, day__gte=today.isoformat()).order_by("day")[:4]
    return {
        "series": one, "days": ", ".join(names[day] for day in one.weekdays), "texts": repeating.texts_of(one.id),
        "coming": coming, "percent": round(one.held_out * 100), "brought": brought(one, at=now_us()),
    }  # fmt: skip


@require_POST
@allowed("social.edit")
def keep(request: HttpRequest) -> HttpResponse:
    """A new series, or other rules for one; or stop it."""
    said, post = {"by": request.user.by, "at": now_us()}, request.POST
    number = int(post["series"]) if post.get("series", "").isdecimal() else None
    if number and "stop" in post:
        repeating.stop_series(series_id=number, **said)
        toasts.say(request, _("Stopped. What it had planned and is not out is withdrawn."))
        return redirect("web:publish_series")
    try:
        fields = {
            "name": post.get("name", ""), "clock": post.get("clock", ""), "begins": post.get("begins", ""),
            "ends": post.get("ends", ""), "weekdays": [int(day) for day in post.getlist("weekday")],
            "every_weeks": int(post.get("every_weeks") or 1), "rest_days": int(post.get("rest_days") or 30),
            "held_out": int(post.get("held_out") or 0) / 100,
        }  # fmt: skip
        repeating.keep_series(series_id=number, **fields, **said)
        repeating.make_days(at=said["at"])
        toasts.say(request, _("Kept. Write drafts and put them into the series: they take turns."))
    except (CannotDo, ValueError) as wrong:
        toasts.warn(request, str(wrong))
    return redirect("web:publish_series")
