"""Rewards: what points buy, codes and their uses, partners and their accounts, invitations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


def tabbed(request: HttpRequest, tab: str, template: str = "", **context) -> HttpResponse:
    """A page under Rewards, with its tabs."""
    shown = (
        ("rewards", _("Rewards"), "rewards"),
        ("codes", _("Codes"), "codes"),
        ("partners", _("Partners"), "partners"),
        ("evenings", _("Invitations"), "evenings"),
    )
    tabs = [(key, label, reverse(f"web:{url}")) for key, label, url in shown]
    return render(
        request, f"web/rewards/{template or tab}.html", context | {"here": "rewards", "tabs": tabs, "tab": tab}
    )
