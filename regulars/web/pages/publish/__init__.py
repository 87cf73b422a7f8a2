"""Pages of publishing: the calendar, one post, what waits, queues, series, campaigns, what works, the rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.social.publishing.agreeing import pulled
from regulars.social.publishing.reading import held_back, urgent_count
from regulars.team.queries import who


def tabs() -> list[tuple[str, str, str]]:
    """The tabs above every page of the room."""
    urgent = urgent_count()
    waits = _("Waiting (%d)") % urgent if urgent else _("Waiting")
    return [
        ("calendar", _("Calendar"), reverse("web:publish")),
        ("waiting", waits, reverse("web:publish_waiting")),
        ("ideas", _("Ideas"), reverse("web:publish_ideas")),
        ("queues", _("Queues and hours"), reverse("web:publish_queues")),
        ("series", _("Again and again"), reverse("web:publish_series")),
        ("drives", _("Campaigns"), reverse("web:publish_drives")),
        ("formats", _("What works"), reverse("web:publish_formats")),
        ("rules", _("Rules"), reverse("web:publish_rules")),
    ]


def shown(request: HttpRequest, template: str, tab: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the room, with the brake on top."""
    brake = pulled()
    brakes: dict[str, Any] = {"brake": brake}
    if brake:
        held, overdue = held_back(at=now_us())
        brakes |= {"braked_by": who([brake.pulled_by])[brake.pulled_by], "held_back": held, "held_overdue": overdue}
    base = {"here": "publish", "tabs": tabs(), "tab": tab, **brakes}
    return render(request, f"web/publish/{template}.html", base | context, status=status)
