"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import path

from regulars.web.pages.journeys import edit, listing, publishing, rehearsing, show

urlpatterns = [
    path("journeys", listing.journeys, name="journeys"),
    path("journeys/new", listing.new, name="journey_new"),
    path("journeys/tasks/<int:task_id>/done", listing.task_done, name="task_done"),
    path("journeys/<int:journey_id>", show.journey, name="journey"),
    path("journeys/<int:journey_id>/settings", show.settings, name="journey_settings"),
    path("journeys/<int:journey_id>/act", show.act, name="journey_act"),
    path("journeys/<int:journey_id>/edit", edit.edit, name="journey_edit"),
    path("journeys/<int:journey_id>/publish", publishing.publish, name="journey_publish"),
    path("journeys/<int:journey_id>/rehearse", rehearsing.rehearsal, name="journey_rehearse"),
]
