"""What a survey says: score, response, trend, groups, what goes with a bad score; starting, stopping, asking."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import DAY, now_us
from regulars.feedback import actions, links
from regulars.feedback.coding.drivers import drivers
from regulars.feedback.models import Survey
from regulars.feedback.scores import breakdown, by_segment, change, funnel, score, trend, weighted
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number, percent
from regulars.web.pages.feedback import charts, tabs
from regulars.web.pages.feedback.words import WHY, points, shown, state, trigger, value

SPANS = {"30": lazy("30 days"), "90": lazy("90 days"), "365": lazy("a year"), "": lazy("all the time")}
GROUPS = {"store": lazy("Store"), "tier": lazy("Tier"), "category": lazy("Product category")}
SEGMENTS = 12


@allowed("feedback.view")
def survey(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The page."""
    found, now = get_object_or_404(Survey, id=survey_id), now_us()
    days = request.GET.get("days", "")
    days = days if days in SPANS else ""
    since = now - int(days) * DAY if days else None
    whole = score(found, since=since)
    before = score(found, since=since - int(days) * DAY, until=since) if since else None
    line = trend(found, step="week" if days in ("30", "90") else "month", since=since)
    title = _title(found, whole)
    context = {
        "here": "surveys",
        "survey": found,
        "tabs": tabs(found),
        "tab": "figures",
        "state": state(found),
        "days": days,
        "spans": SPANS.items(),
        "title": title,
        "whole": shown(whole),
        "funnel": _funnel(found, since),
        "chart": charts.trend(found, line, _trend_title(line)) if len(line) > 1 else None,
        "difference": _difference(whole, before),
        "groups": _groups(found, since),
        "segments": _segments(found, since),
        "drivers": _drivers(found, since),
        "weighted": _weighted(found, since),
        "when": trigger(found),
        "open_url": links.open_url(found.slug),
        "till_url": links.till_url(found.slug),
        "all_segments": Segment.objects.filter(archived_us=None, owner="").order_by("name"),
    }
    return render(request, "web/feedback/survey.html", context)


def _title(found: Survey, whole) -> str:
    if whole.figure is None:
        return found.name
    if found.kind == "nps":
        return _("%(name)s: NPS %(value)s") % {"name": found.name, "value": value(whole)}
    return _("%(name)s: %(value)s are satisfied") % {"name": found.name, "value": value(whole)}


def _trend_title(line: list) -> str:
    """Whether the last step differs from the one before by more than chance explains."""
    found = change(line[-1].score, line[-2].score) if len(line) > 1 else None
    if found is None:
        return _("The score over time")
    if found.low > 0:
        return _("It rose by %s points") % number(found.value)
    if found.high < 0:
        return _("It fell by %s points") % number(-found.value)
    return _("The last change is no more than chance explains")


def _difference(whole, before) -> str:
    found = change(whole, before) if before else None
    if found is None:
        return ""
    said = {"value": points(found.value), "low": points(found.low), "high": points(found.high)}
    return _("%(value)s points on the time before (likely between %(low)s and %(high)s)") % said


def _funnel(found: Survey, since: int | None) -> dict:
    way = funnel(found, since=since)
    steps = [(_("asked"), way.invited), (_("arrived"), way.delivered)]
    if not found.anonymous:
        steps += [(_("opened"), way.opened), (_("began"), way.started)]
    steps.append((_("answered"), way.answered))
    rows = [(name, n, percent(n / way.invited, 0) if way.invited else "–") for name, n in steps]
    return {
        "rows": rows,
        "waiting": way.waiting,
        "dropped": [(WHY.get(why, why), n) for why, n in way.dropped.items()],
    }


def _groups(found: Survey, since: int | None) -> list[tuple[str, list]]:
    """By store, tier, category: those with more than one group."""
    every = (
        [(label, breakdown(found, by, since=since)) for by, label in GROUPS.items()] if not found.anonymous else []
    )
    return [
        (label, [(name or _("unknown"), shown(one)) for name, one in rows]) for label, rows in every if len(rows) > 1
    ]


def _segments(found: Survey, since: int | None) -> list[tuple[Segment, dict]]:
    segments = list(Segment.objects.filter(archived_us=None, owner="").order_by("-people")[:SEGMENTS])
    scores = by_segment(found, [one.id for one in segments], since=since)
    return [(one, shown(scores[one.id])) for one in segments if one.id in scores]


def _drivers(found: Survey, since: int | None) -> list[dict]:
    return [
        {
            "topic": one.topic,
            "share": one.share,
            "matters": one.matters,
            "points": points(one.difference.value),
            "low": points(one.difference.low),
            "high": points(one.difference.high),
        }
        for one in drivers(found, since=since)
    ]


def _weighted(found: Survey, since: int | None) -> dict | None:
    one = weighted(found, since=since)
    return one and {
        "value": points(one.figure.value),
        "low": points(one.figure.low),
        "high": points(one.figure.high),
        "effective": number(one.effective),
        "n": one.n,
        "by": ", ".join(str(GROUPS[axis]).lower() for axis in one.dimensions),
    }


@require_POST
@allowed("feedback.edit")
def act(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Start, stop, or ask a segment."""
    common = {"survey_id": survey_id, "by": request.user.by, "at": now_us()}
    try:
        match request.POST.get("do"):
            case "start":
                actions.start_survey(**common)
                toasts.say(request, _("It runs. Nobody is asked for what happened before."))
            case "stop":
                actions.stop_survey(**common)
                toasts.say(request, _("It is stopped. Who was asked may still answer."))
            case "ask":
                _ask(request, survey_id)
    except actions.CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:survey", survey_id)


def _ask(request: HttpRequest, survey_id: int) -> None:
    now, segment = now_us(), request.POST.get("segment", "")
    if not segment.isdecimal():
        raise actions.CannotDo(_("Choose whom to ask."))
    occasion = f"hand:{segment}:{now // DAY}"
    actions.invite_segment.later(survey_id=survey_id, segment_id=int(segment), occasion=occasion, at=now)
    toasts.say(request, _("They are asked one after the other, as rest and the budget of messages allow."))
