"""Referrals in words: states, reasons and the evidence of each signal."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

STATES = {
    "held": (_("look at it"), "warn"),
    "waiting": (_("came, has not bought"), ""),
    "pending": (_("bought, not safe yet"), ""),
    "rewarded": (_("rewarded"), "good"),
    "void": (_("void"), "bad"),
    "over": (_("bought too late or never"), ""),
}
SIGNALS = {
    "email": _("Both have the same mailbox, but for dots and what follows a plus."),
    "phone": _("Both have the same phone number."),
    "payment": _("Both paid with the same card or account."),
    "customer": _("The friend had bought here before: %(n)s orders."),
    "loop": _("They brought each other, in a circle of %(n)s people."),
    "device": _("The link was followed with the device that its owner looks at their own page with."),
    "address": _("Both live at the same postal address."),
    "disposable": _("The friend's mailbox is of a kind that anybody can have for ten minutes."),
    "crowd": _("%(n)s friends came with one device."),
    "velocity": _("%(n)s friends of one person came within a day."),
    "quick": _("Bought within a minute of following the link."),
    "place": _("Both were seen at one network address. Offices and families share one: this alone says little."),
}
REASONS = {
    "returned": _("the order came back or was cancelled"),
    "same_person": _("it turned out to be one person"),
    "cap": _("who brought them had as many rewards as one may have in a year"),
    "late": _("bought too late or never"),
    "erased": _("one of the two was erased"),
}


def evidence(signals: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """[(a sentence, its weight)]."""
    return [(str(SIGNALS[one["key"]]) % {"n": one["n"]}, one["weight"]) for one in signals if one["key"] in SIGNALS]


def reason(why: str) -> str:
    """Why something is as it is: one of ours, or what somebody wrote."""
    return str(REASONS.get(why, why))
