"""Pain points and wishes: for the people who make and choose the products."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from regulars.core.clock import DAY, now_us
from regulars.core.models import Business
from regulars.social.listening import reports
from regulars.social.listening.pains import Point
from regulars.social.models import Topic
from regulars.team.permissions import allowed
from regulars.ui.formats import day
from regulars.ui.tables import csv_response
from regulars.web.pages.listening import SPANS, span, tabs, topic_tabs, words

QUOTED = 2


@allowed("social.view")
def every(request: HttpRequest) -> HttpResponse:
    """For each product, what most people suffer from and wish for."""
    now, days = now_us(), span(request.GET.get("days", "56"))
    found = []
    for topic in Topic.objects.filter(archived_us=None, kind__in=("product", "brand")).order_by("-kind", "name"):
        pain, wish = reports.pains_and_wishes(topic.id, since=now - days * DAY, until=now)
        found.append({"topic": topic, "kind": words.KINDS[topic.kind], "pains": pain[:3], "wishes": wish[:3]})
    context = {"here": "listening", "tabs": tabs(), "tab": "pains", "rows": found, "days": days, "spans": SPANS}
    return render(request, "web/listening/pains.html", context)


@allowed("social.view")
def pains(request: HttpRequest, topic_id: int) -> HttpResponse:
    """One topic's, with quotes; as a file too."""
    topic = get_object_or_404(Topic, id=topic_id, archived_us=None)
    now, days = now_us(), span(request.GET.get("days", "56"))
    pain, wish = reports.pains_and_wishes(topic.id, since=now - days * DAY, until=now)
    if request.GET.get("format") == "csv":
        return _csv(topic, [*pain, *wish])
    context = {
        "here": "listening",
        "topic": topic,
        "tabs": topic_tabs(topic, edits=request.user.may("social.edit")),
        "tab": "pains",
        "days": days,
        "spans": SPANS,
        "pains": [_point(topic.id, one) for one in pain],
        "wishes": [_point(topic.id, one) for one in wish],
    }
    return render(request, "web/listening/topic_pains.html", context)


def _point(topic_id: int, one: Point) -> dict:
    listed = reverse("web:topic_mentions", args=[topic_id])
    return {
        "point": one,
        "cards": [words.card(quote) for quote in reports.quoted(topic_id, one.items[-QUOTED:])],
        "url": f"{listed}?{urlencode({'items': ','.join(map(str, one.items[:200]))})}",
    }


def _csv(topic: Topic, found: list[Point]) -> HttpResponse:
    """Points with how many people, without anybody's name."""
    zone = Business.load().timezone
    head = ("kind", "point", "people", "mentions", "first", "last")
    rows = ((one.kind, one.label, one.people, len(one.items), day(one.first_us, zone), day(one.last_us, zone))
            for one in found)  # fmt: skip
    return csv_response(f"pain-points-{topic.id}", head, rows)
