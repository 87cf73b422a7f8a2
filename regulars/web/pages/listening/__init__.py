"""Hear -> Listening: what is said about us and around us, what rises, who asks for help."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.social.models import Topic
from regulars.ui.charts import Chart

SPANS = (7, 28, 56)


def tabs() -> list[tuple[str, str, str]]:
    """The pages of listening."""
    pages = (
        ("topics", _("Topics"), "web:listening"),
        ("alerts", _("Alerts"), "web:listening_alerts"),
        ("help", _("Asked for help"), "web:listening_help"),
        ("pains", _("Pain points"), "web:listening_pains"),
        ("reading", _("How texts are read"), "web:reading"),
    )
    return [(key, label, reverse(name)) for key, label, name in pages]


def topic_tabs(topic: Topic, *, edits: bool) -> list[tuple[str, str, str]]:
    """The pages of one topic; its query only for who may change it."""
    pages = (
        ("topic", _("What is said")),
        ("mentions", _("Mentions")),
        ("pains", _("Pain points and wishes")),
        ("edit", _("Query and alerts")),
    )
    names = {"topic": "topic", "mentions": "topic_mentions", "pains": "topic_pains", "edit": "topic_edit"}
    shown = [(key, label) for key, label in pages if edits or key != "edit"]
    return [(key, label, reverse(f"web:{names[key]}", args=[topic.id])) for key, label in shown]


def span(raw: str) -> int:
    """The days a page looks at: 28 unless another of the offered spans is asked for."""
    return int(raw) if raw in map(str, SPANS) else 28


def drawn(request: HttpRequest, chart: Chart | None) -> HttpResponse:
    """A chart alone: pages fetch it when they are there, for the first drawing of a process takes a second or two."""
    if chart is None:
        raise Http404(_("There is nothing to draw."))
    return render(request, "web/listening/_drawn.html", {"chart": chart})
