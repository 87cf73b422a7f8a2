"""Pages of the house's talk with its people: broadcasts, messages and why, pressure, webhooks."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def tabs(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The tabs above the pages about messages."""
    shown = [("messages", _("Messages"), "messages"), ("pressure", _("Pressure"), "pressure")]
    if request.user.may("channels.manage"):
        shown.append(("webhooks", _("Other programs"), "webhooks"))
    return [(key, label, reverse(f"web:{url}")) for key, label, url in shown]
