"""Policy and training: how we speak in public, lessons with tests, practice, and where the team stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.core.clock import now_us


def tabbed(request: HttpRequest, page: str, tab: str, *, status: int = 200, **context) -> HttpResponse:
    """A page under Policy and training, with its tabs."""
    tabs = [
        ("policy", _("Policy"), reverse("web:policy")),
        ("training", _("Training"), reverse("web:training")),
        ("drills", _("Practice"), reverse("web:drills")),
        ("standing", _("Where the team stands"), reverse("web:standing")),
    ]
    shown = {"here": "policy", "tabs": tabs, "tab": tab, "now_us": now_us(), **context}
    return render(request, f"web/policy/{page}.html", shown, status=status)
