"""Delivery: servers, senders, mailboxes, suppressions, and the rules about when and how often we write."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def tabbed(request: HttpRequest, tab: str, template: str = "", **context) -> HttpResponse:
    """A page under Delivery, with its tabs; who may only look sees the servers."""
    shown = [("servers", _("Servers"), "delivery")]
    if request.user.may("channels.manage"):
        shown += [
            ("senders", _("Senders"), "senders"),
            ("mailboxes", _("Mailboxes"), "mailboxes"),
            ("suppressions", _("Suppressed"), "suppressions"),
            ("rules", _("When and how often"), "rules"),
        ]
    tabs = [(key, label, reverse(f"web:{url}")) for key, label, url in shown]
    context |= {"here": "delivery", "tabs": tabs, "tab": tab}
    return render(request, f"web/delivery/{template or tab}.html", context)
