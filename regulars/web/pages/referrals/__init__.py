"""Friends: what came of it, whom to look at, what is offered."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def tabbed(request: HttpRequest, tab: str, template: str = "", **context: Any) -> HttpResponse:
    """A page about friends, with its tabs."""
    shown = (("referrals", _("Friends"), "referrals"), ("offer", _("What is offered"), "referral_offer"))
    tabs = [(key, label, reverse(f"web:{url}")) for key, label, url in shown]
    here = {"here": "referrals", "tabs": tabs, "tab": tab}
    return render(request, f"web/referrals/{template or tab}.html", here | context)
