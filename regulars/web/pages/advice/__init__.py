"""Recommendations: how well they hit, what sells with what, one person's list, the shop's rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def tabbed(request: HttpRequest, tab: str, **context) -> HttpResponse:
    """A page under Recommendations, with its tabs."""
    shown = [("hits", _("How well they hit"), "advice"), ("together", _("What sells with what"), "advice_together")]
    if request.user.may("people.view"):
        shown.append(("somebody", _("Try a person"), "advice_somebody"))
    shown.append(("rules", _("Rules"), "advice_rules"))
    tabs = [(key, label, reverse(f"web:{url}")) for key, label, url in shown]
    return render(request, f"web/advice/{tab}.html", {"here": "advice", "tabs": tabs, "tab": tab, **context})
