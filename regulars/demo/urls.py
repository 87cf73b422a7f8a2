"""Addresses of the demo: those of the house, and the page of caught mail."""

from __future__ import annotations

from django.urls import include, path

from regulars.config.urls import urlpatterns as house
from regulars.demo.catcher import pages

caught = [
    path("caught", pages.caught, name="caught"),
    path("caught/<int:caught_id>", pages.one, name="one"),
    path("caught/<int:caught_id>/frame", pages.frame, name="frame"),
]
urlpatterns = [*house, path("", include((caught, "demo")))]
