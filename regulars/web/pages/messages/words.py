"""States and rules of messages in a shopkeeper's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.channels.models import Campaign, Message, State

STATES = {
    State.PLANNED: (_("planned"), ""),
    State.CLAIMED: (_("being looked at"), "on"),
    State.HANDING_OFF: (_("on its way"), "on"),
    State.HANDED_OFF: (_("sent"), "good"),
    State.DELIVERED: (_("arrived"), "good"),
    State.BOUNCED: (_("came back"), "bad"),
    State.FAILED: (_("failed"), "bad"),
    State.SKIPPED: (_("not sent"), ""),
    State.UNKNOWN: (_("unknown"), "warn"),
}
RULES = {
    "consent": _("no consent"),
    "address": _("no address"),
    "suppression": _("address takes nothing"),
    "quiet_hours": _("quiet hours"),
    "pressure": _("heard from us often enough"),
    "priority": _("something more important comes first"),
    "business_holdout": _("held out by the business"),
    "holdout": _("held out to measure"),
    "expired": _("too late to be of use"),
    "gone": _("not known any more"),
    "erased": _("erased"),
    "stopped": _("was stopped"),
    "cannot_render": _("text could not be written"),
    "limit": _("their mail service takes no more now"),
    "again": _("to be looked at again"),
}
CHANNELS = {"email": _("e-mail"), "sms": _("SMS")}
KINDS = {
    "delivered": _("It arrived."),
    "bounced": _("It came back."),
    "deferred": _("The other side asked to wait."),
    "complained": _("It was marked as spam."),
    "opened": _("It was opened."),
    "clicked": _("A link was clicked."),
    "replied": _("They answered."),
    "auto_reply": _("An automatic answer came."),
    "unsubscribed": _("They want no more of it."),
    "stop": _("They answered STOP."),
    "start": _("They answered START."),
}
MACHINES = {"scanner": _("a scanner, not a person"), "proxy": _("a privacy proxy, not surely a person")}


def short_reason(message: Message) -> str:
    """Why it did not go, or waits, in a few words; "" for what goes or went."""
    said = message.decision or message.forecast or {}
    if message.state not in (State.PLANNED, State.SKIPPED) or said.get("verdict", "send") == "send":
        return ""
    return str(RULES.get(said["rule"], said["rule"]))


def paused_by_itself(campaign: Campaign) -> bool:
    """Whether sending stopped because too much came back, and not by a person."""
    return bool(campaign.paused_us and campaign.paused_why and not campaign.stopped_us)
