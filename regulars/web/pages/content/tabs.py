"""The tabs of the library: templates, blocks, pictures, voice, calendar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def tabbed(request: HttpRequest, tab: str, **context: Any) -> HttpResponse:
    """The page of a tab."""
    tabs = [
        ("library", _("Templates"), reverse("web:library")),
        ("blocks", _("Blocks"), reverse("web:blocks")),
        ("pictures", _("Pictures"), reverse("web:pictures")),
        ("voice", _("Brand voice"), reverse("web:voice")),
        ("calendar", _("Calendar"), reverse("web:calendar")),
    ]
    return render(request, f"web/content/{tab}.html", {"here": "library", "tabs": tabs, "tab": tab, **context})
