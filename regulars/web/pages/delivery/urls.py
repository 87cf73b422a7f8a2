"""Addresses of these pages, in the namespace `web`."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.delivery import mailboxes, rules, senders, servers, suppressions

urlpatterns: list[URLPattern] = [
    path("delivery", servers.servers, name="delivery"),
    path("delivery/gate", servers.open_gate, name="gate_open"),
    path("delivery/servers/new/<slug:kind>", servers.new, name="server_new"),
    path("delivery/servers/<int:server_id>", servers.server, name="server"),
    path("delivery/servers/<int:server_id>/try", servers.attempt, name="server_try"),
    path("delivery/servers/<int:server_id>/change", servers.change, name="server_change"),
    path("delivery/senders", senders.senders, name="senders"),
    path("delivery/senders/new", senders.new, name="sender_new"),
    path("delivery/senders/<int:sender_id>", senders.sender, name="sender"),
    path("delivery/senders/<int:sender_id>/change", senders.change, name="sender_change"),
    path("delivery/senders/<int:sender_id>/published", senders.published, name="sender_published"),
    path("delivery/mailboxes", mailboxes.mailboxes, name="mailboxes"),
    path("delivery/mailboxes/new", mailboxes.new, name="mailbox_new"),
    path("delivery/mailboxes/<int:mailbox_id>", mailboxes.mailbox, name="mailbox"),
    path("delivery/mailboxes/<int:mailbox_id>/change", mailboxes.change, name="mailbox_change"),
    path("delivery/suppressions", suppressions.suppressions, name="suppressions"),
    path("delivery/suppressions/add", suppressions.add, name="suppression_add"),
    path("delivery/suppressions/<int:suppression_id>/lift", suppressions.lift, name="suppression_lift"),
    path("delivery/rules", rules.rules, name="rules"),
    path("delivery/rules/quiet", rules.quiet, name="quiet_hours"),
    path("delivery/rules/caps", rules.caps, name="caps"),
    path("delivery/rules/holdout", rules.holdout, name="holdout"),
    path("delivery/rules/topics", rules.topics, name="topics"),
]
