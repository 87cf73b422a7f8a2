"""Series: what is said again and again, its texts in turn, and what the days left out by chance tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

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

NEW: dict[str, Any] = {"name": "", "clock": "10:00", "begins": "", "ends": "", "weekdays": [], "every_weeks": "1",
                       "rest_days": "30", "held_out": "0"}  # fmt: skip


@allowed("social.view")
def series(request: HttpRequest) -> HttpResponse:
    """All series, those that run first."""
    return _page(request, NEW)


def _page(request: HttpRequest, said: Mapping[str, Any], **more: Any) -> HttpResponse:
    today = formats.local(now_us(), Business.load().timezone).date()
    rows = [_row(one, today) for one in Series.objects.order_by("-id")]
    rows.sort(key=lambda row: row["series"].stopped_us is not None)
    said = {**said, "begins": said["begins"] or today.isoformat()}
    return shown(request, "series", "series", rows=rows, weekdays=weekdays(), said=said, **more)


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
    typed = {name: post.get(name, "").strip() for name in NEW if name != "weekdays"}
    typed["weekdays"] = [int(day) for day in post.getlist("weekday") if day in "0123456"]
    try:
        wholes = {name: _whole(typed[name] or NEW[name]) for name in ("every_weeks", "rest_days", "held_out")}
        fields = typed | wholes | {"held_out": wholes["held_out"] / 100}
        repeating.keep_series(series_id=number, **fields, **said)
    except CannotDo as wrong:
        return _page(request, typed, wrong=str(wrong), status=422)
    repeating.make_days(at=said["at"])
    toasts.say(request, _("Kept. Write drafts and put them into the series: they take turns."))
    return redirect("web:publish_series")


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise CannotDo(_("“%s” is no whole number such as 30.") % text[:20])
    return int(text)
