"""What Today says about messages: the gate is closed, something paused by itself, messages are unknown."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.channels.models import Campaign, State
from regulars.channels.queries import gate
from regulars.channels.waiting import paused_by_themselves, unknown_count
from regulars.journeys.models import Broadcast
from regulars.ui.formats import number


def todos(now: int) -> list[dict]:
    """Lines for those who may see messages, the most urgent first."""
    return [*_gate(), *_paused(), *_unknown()]


def _gate() -> list[dict]:
    found = gate()
    if found.closed_us is None:
        return []
    title = _("Nothing leaves the house until somebody says yes")
    return [_line(title, found.why, reverse("web:delivery"), _("Look"), _("closed"), "bad")]


def _paused() -> list[dict]:
    return [
        _line(_("“%s” paused by itself") % one.name, one.paused_why, _page(one), _("Look"), _("paused"), "bad")
        for one in paused_by_themselves()
    ]


def _page(campaign: Campaign) -> str:
    """The broadcast it belongs to, or its messages."""
    found = Broadcast.objects.filter(campaign_id=campaign.id).values_list("id", flat=True).first()
    if found:
        return reverse("web:broadcast", args=[found])
    return f"{reverse('web:messages')}?campaign={campaign.id}"


def _unknown() -> list[dict]:
    count = unknown_count()
    if not count:
        return []
    title = ngettext("%s message may or may not have arrived", "%s messages may or may not have arrived", count)
    text = _("They are not sent again on a guess. Say what became of them.")
    href = f"{reverse('web:messages')}?state={int(State.UNKNOWN)}"
    return [_line(title % number(count), text, href, _("Settle"), _("unknown"), "warn")]


def _line(title: str, text: str, href: str, action: str, badge: str, tone: str) -> dict:
    return {"title": title, "text": text, "href": href, "action": action, "badge": badge, "tone": tone}
