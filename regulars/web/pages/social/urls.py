"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.social import results

urlpatterns: list[URLPattern] = [
    path("social", results.results, name="social"),
    path("social/people", results.people, name="social_people"),
    path("social/cost", results.cost, name="social_cost"),
]
