"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.messages import broadcasts, framed, messages, pressure, webhooks

urlpatterns: list[URLPattern] = [
    path("broadcasts", broadcasts.broadcasts, name="broadcasts"),
    path("broadcasts/new", broadcasts.new, name="broadcast_new"),
    path("broadcasts/<int:broadcast_id>", broadcasts.broadcast, name="broadcast"),
    path("broadcasts/<int:broadcast_id>/before", broadcasts.before_sending, name="broadcast_before"),
    path("broadcasts/<int:broadcast_id>/people", broadcasts.people, name="broadcast_people"),
    path("broadcasts/<int:broadcast_id>/preview", framed.of_broadcast, name="broadcast_preview"),
    path("broadcasts/<int:broadcast_id>/launch", broadcasts.launch, name="broadcast_launch"),
    path("broadcasts/<int:broadcast_id>/change", broadcasts.change, name="broadcast_change"),
    path("broadcasts/<int:broadcast_id>/progress", broadcasts.progress, name="broadcast_progress"),
    path("messages", messages.messages, name="messages"),
    path("messages/<int:message_id>", messages.message, name="message"),
    path("messages/<int:message_id>/text", framed.of_message, name="message_text"),
    path("messages/<int:message_id>/settle", messages.settle, name="message_settle"),
    path("people/<int:person_id>/messages", messages.of_person, name="person_messages"),
    path("pressure", pressure.pressure, name="pressure"),
    path("pressure/again", pressure.again, name="pressure_again"),
    path("webhooks", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:hook_id>", webhooks.webhook, name="webhook"),
    path("webhooks/<int:hook_id>/change", webhooks.change, name="webhook_change"),
]
