"""The programme, its members and what they get."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.loyalty.queries import current


def tabbed(request: HttpRequest, tab: str, template: str = "", **context: Any) -> HttpResponse:
    """A page of the programme, with its tabs."""
    shown = (
        ("overview", _("Overview"), "loyalty"),
        ("members", _("Members"), "members"),
        ("rules", _("Rules"), "earning"),
        ("tiers", _("Tiers"), "tiers"),
        ("thresholds", _("Thresholds"), "thresholds"),
        ("liability", _("Liability"), "liability"),
        ("settings", _("Settings"), "programme"),
    )
    tabs = [(key, label, reverse(f"web:{url}")) for key, label, url in shown]
    here = {"here": "loyalty", "tabs": tabs, "tab": tab}
    return render(request, f"web/loyalty/{template or tab}.html", here | context)


def running(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the programme that runs, given to it; without one, the overview says how to begin."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        programme = current()
        if programme is None:
            return redirect("web:loyalty")
        return view(request, programme, *args, **kwargs)

    return guarded
