"""Rewards in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.ui.formats import money, percent

KINDS = {
    "money": gettext_lazy("Money off"),
    "percent": gettext_lazy("Per cent off"),
    "product": gettext_lazy("A product free"),
    "gift_card": gettext_lazy("Gift card"),
    "partner": gettext_lazy("Offer of a partner"),
    "thing": gettext_lazy("Something else"),
}


def worth(terms: dict[str, Any], currency: str) -> str:
    """What it is good for, in a few words."""
    kind, value = terms["kind"], terms["worth"]
    if kind == "percent":
        return _("%s off") % percent(value / 10_000, 0 if value % 100 == 0 else 1)
    if kind == "money":
        return _("%s off") % money(value, currency)
    if kind == "gift_card":
        return _("gift card of %s") % money(value, currency)
    if kind == "partner":
        return shares(terms, currency)
    if kind == "product":
        return _("one piece free, up to %s") % money(value, currency) if value else _("one piece free")
    return terms.get("name", "")


def shares(terms: dict[str, Any], currency: str) -> str:
    """Who pays what of a partner's offer."""
    full, theirs, ours = terms["full_price"], terms["partner_pays"], terms["we_pay"]
    said = {
        "price": money(full - theirs - ours, currency),
        "full": money(full, currency),
        "theirs": money(theirs, currency),
        "ours": money(ours, currency),
    }
    return _("%(price)s instead of %(full)s: the partner pays %(theirs)s, we pay %(ours)s") % said
