"""Pressure: how much each kind of person hears from us, at which message they leave, the caps, and who wins."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.models import Campaign, Cap, Message
from regulars.core.clock import now_us
from regulars.insights.actions import count_pressure
from regulars.insights.queries.pressing import Kind, PressurePage
from regulars.insights.queries.pressing import pressure as counted
from regulars.insights.rfm import MEANING
from regulars.journeys.models import Broadcast, Journey
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.charts import Chart
from regulars.ui.formats import number, percent
from regulars.web import directory
from regulars.web.pages.messages import tabs
from regulars.web.pages.messages.life import words_of

SMALL, MOST = 20_000, 200


@dataclass(frozen=True)
class Line:
    """One kind of people in a table: name, the way to them, their number, shares by how often they hear from us."""

    name: str
    href: str
    people: int
    shares: list[float]
    mean: str


@allowed("messages.view")
def pressure(request: HttpRequest) -> HttpResponse:
    """The page: finished figures, the caps, and what is running by priority."""
    found = counted()
    context = {
        "here": "messages", "tabs": tabs(request), "tab": "pressure", "found": found,
        "kinds": [_kind(kind) for kind in found.kinds] if found else [],
        "segments": _segments(found) if found else [], "chart": _chart(found) if found and found.nth else None,
        "caps": [(cap, words_of(cap)) for cap in Cap.objects.order_by("window_us", "id")],
        "follows": _follows(found) if found else "", "running": running(), "buckets": _buckets(),
    }  # fmt: skip
    return render(request, "web/messages/pressure.html", context)


@require_POST
@allowed("messages.send")
def again(request: HttpRequest) -> HttpResponse:
    """Count anew: at once where few people are in, else by the queue."""
    if directory.count() <= SMALL:
        count_pressure(at=now_us())
        toasts.say(request, _("Counted again."))
    else:
        count_pressure.later(at=now_us())
        toasts.say(request, _("It is being counted; look again in a minute."))
    return redirect("web:pressure")


def _buckets() -> list[str]:
    return [_("none"), "1–2", "3–4", "5–8", _("9 and more")]


def _line(name: str, href: str, kind: Kind) -> Line:
    shares = [people / max(1, kind.people) for people in kind.buckets]
    return Line(name, href, kind.people, shares, number(kind.mean, 1))


def _kind(kind: Kind) -> Line:
    if not kind.name:
        return _line(_("Never bought"), "", kind)
    name = next((str(word) for word in MEANING if str(word) == kind.name), kind.name)
    return _line(name, f"{reverse('web:value_people')}?cell={kind.name}", kind)


def _segments(found: PressurePage) -> list[Line]:
    known = Segment.objects.filter(archived_us=None).in_bulk(list(found.segments))
    lines = [
        _line(known[id].name, reverse("web:segment", args=[id]), kind)
        for id, kind in found.segments.items()
        if id in known
    ]
    return sorted(lines, key=lambda line: -float(line.mean.replace(",", ".")))[:MOST]


def _follows(found: PressurePage) -> str:
    """The cap that the figures speak for, in a sentence."""
    if found.cap is None:
        return _(
            "At no number of messages do clearly more people leave than before it: no cap follows from the figures."
        )
    words = {"n": found.cap.n, "most": found.cap.n - 1, "after": percent(found.cap.after.share, 2),
             "before": percent(found.cap.before.share, 2)}  # fmt: skip
    return (
        _(
            "From the %(n)s. message within 30 days on, %(after)s of them make somebody leave, against %(before)s"
            " before. A cap of %(most)s in 30 days follows. It is an observation, not an experiment."
        )
        % words
    )


def _chart(found: PressurePage) -> Chart:
    rows = [{"n": one.n, "left": one.left.share, "low": one.left.low, "high": one.left.high} for one in found.nth]
    x = {"field": "n", "type": "ordinal", "title": _("message of a person within 30 days"), "axis": {"labelAngle": 0}}
    y = {"type": "quantitative", "title": _("leave after it"), "axis": {"format": ".1%"}}
    layers = [
        {"mark": "rule", "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
        {"mark": {"type": "point", "size": 60}, "encoding": {"x": x, "y": {**y, "field": "left"}}},
    ]
    title = _("People leave after these messages") if found.cap is None else _("After too many messages people leave")
    table = [
        (
            one.n,
            number(one.messages),
            number(one.left.hits),
            f"{percent(one.left.low, 2)} – {percent(one.left.high, 2)}",
        )
        for one in found.nth
    ]
    head = [_("Message"), _("Messages"), _("Left"), _("95 % interval")]
    return Chart(title, {"data": {"values": rows}, "layer": layers}, head=head, rows=table)


@dataclass(frozen=True)
class Running:
    """Something that writes to people just now."""

    name: str
    kind: str
    href: str
    priority: int


def running() -> list[Running]:
    """Journeys and broadcasts that go on, the one that wins first; of equal ones the message planned first goes."""
    live = Journey.objects.filter(live_version__gt=0, archived_us=None, paused_us=None)[:MOST]
    found = [Running(one.name, _("journey"), reverse("web:journey", args=[one.id]), one.priority) for one in live]
    open_ = Broadcast.objects.filter(launched_us__isnull=False, ended_us=None, paused_us=None).order_by("-id")[:MOST]
    waiting = _waiting([one.campaign_id for one in open_ if one.campaign_id])
    found += [
        Running(one.name, _("broadcast"), reverse("web:broadcast", args=[one.id]), one.priority)
        for one in open_
        if one.planned_us is None or one.campaign_id in waiting
    ]
    return sorted(found, key=lambda one: (-one.priority, one.name))


def _waiting(campaign_ids: list[int]) -> set[int]:
    """Campaigns with messages that wait: one look into an index for each."""
    left = Message.objects.filter(campaign_id=OuterRef("id"), state=0)
    running_ = Campaign.objects.filter(Exists(left), id__in=campaign_ids, paused_us=None, stopped_us=None)
    return set(running_.values_list("id", flat=True))
