"""Addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.understanding import judging, quality

urlpatterns: list[URLPattern] = [
    path("reading", quality.quality, name="reading"),
    path("reading/languages", quality.languages, name="reading_languages"),
    path("reading/learn", quality.learn, name="reading_learn"),
    path("reading/judge", judging.judging, name="judging"),
]
