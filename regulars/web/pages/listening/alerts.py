"""Alerts: what rose, why, who has it, what came of it, and whether it was worth telling."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import HOUR, MINUTE, now_us
from regulars.core.models import Business
from regulars.social.actions.alerts import OUTCOMES, close_alert, judge_alert
from regulars.social.errors import CannotDo
from regulars.social.listening import reports
from regulars.social.listening.loudness import QUARTER, hourly
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import local, number
from regulars.web.pages.listening import charts, drawn, tabs, words
from regulars.web.pages.listening.topic import story

MOST = 168  # slots shown around the rise


@allowed("social.view")
def alerts(request: HttpRequest) -> HttpResponse:
    """All of them, newest first."""
    rows = [_row(one) for one in reports.alerts()]
    context = {"here": "listening", "tabs": tabs(), "tab": "alerts", "rows": rows}
    return render(request, "web/listening/alerts.html", context)


def _row(one: reports.Told) -> dict:
    return {
        "alert": one.alert,
        "topic": one.topic,
        "case": one.case,
        "times": words.times(one.alert),
        "usual": words.usual(one.alert.usual),
        "said": words.rose(one.alert),
        "owner": words.name_of(one.case.owner) if one.case else "",
        "outcome": OUTCOMES.get(one.alert.outcome, one.alert.outcome),
    }


@allowed("social.view")
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One of them."""
    found = reports.alert(alert_id)
    if found is None:
        raise Http404(_("There is no such alert."))
    one = found.alert
    context = {
        "here": "listening",
        **_row(found),
        "story": story(found.topic.id, one.why),
        "chart": _chart(found),
        "drawing": reverse("web:alert_chart", args=[alert_id]),
        "outcomes": OUTCOMES.items(),
        "judge": words.name_of(one.judged_by),
    }
    return render(request, "web/listening/alert.html", context)


@allowed("social.view")
def chart(request: HttpRequest, alert_id: int) -> HttpResponse:
    """People around the rise, drawn."""
    found = reports.alert(alert_id)
    return drawn(request, _chart(found) if found else None)


def _chart(found: reports.Told):
    one, zone = found.alert, Business.load().timezone
    step, around = (QUARTER, 6) if one.hours == 1 else (HOUR, 48)
    first = (one.began_us - around * HOUR) // step
    last = min(one.last_us + around * HOUR, now_us()) // step + 1
    first = max(first, last - MOST)
    counts = hourly([found.topic.id], first=first, last=last, minutes=step // MINUTE).get(found.topic.id, {})
    if not counts:
        return None
    rows = [
        (local(slot * step, zone).strftime("%Y-%m-%dT%H:%M:%S"), counts.get(slot, 0)) for slot in range(first, last)
    ]
    title = words.rose(one)
    return charts.hours(rows, one.usual / one.hours * step / HOUR, title)


@require_POST
@allowed("social.view")
def judge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Was it useful?"""
    useful = request.POST.get("useful")
    if useful in ("yes", "no"):
        try:
            times = judge_alert(alert_id=alert_id, useful=useful == "yes", by=request.user.by, at=now_us())
            said = _("Thank you. This topic is told from %s times as many people as usual.")
            toasts.say(request, said % number(times, 2))
        except CannotDo as problem:
            toasts.warn(request, str(problem))
    return redirect("web:alert", alert_id)


@require_POST
@allowed("inbox.answer")
def close(request: HttpRequest, alert_id: int) -> HttpResponse:
    """What came of it."""
    try:
        close_alert(alert_id=alert_id, outcome=request.POST.get("outcome", ""), by=request.user.by, at=now_us())
        toasts.say(request, _("Closed."))
    except CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:alert", alert_id)
