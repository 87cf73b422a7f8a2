"""News about messages as events of the people they are about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from regulars.channels.models import Campaign
from regulars.events.actions import create_source
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Source

if TYPE_CHECKING:
    from regulars.channels.actions.feedback import News

SOURCE, NAMESPACE = "Messages", "messages"
WORDS = {
    "delivered": "Delivered",
    "opened": "Opened",
    "clicked": "Link Clicked",
    "bounced": "Bounced",
    "complained": "Marked as Spam",
    "replied": "Replied",
}


def tell_event_log(news: list[News], at: int) -> None:
    """Each thing a person did or that befell their message is an event; what machines did is none."""
    told = [one for one in news if one.node_id and _name(one)]
    if told:
        campaigns = Campaign.objects.in_bulk({one.message.campaign_id for one in told if one.message})
        note_events(source_id=source_id(at), items=[_event(one, campaigns) for one in told], at=at)


def _name(one: News) -> str:
    """ "" for what is no event: opened by a scanner, an automatic reply, a delay."""
    if one.said.verdict != "human":
        return ""
    if one.said.kind in ("unsubscribed", "stop"):
        return "Unsubscribed"
    word = WORDS.get(one.said.kind, "")
    return f"{'Email' if one.channel == 'email' else 'SMS'} {word}" if word else ""


def _event(one: News, campaigns: dict[int, Campaign]) -> Noticed:
    mark = hashlib.sha256(one.said.occasion.encode()).hexdigest()
    properties: dict[str, Any] = {"channel": one.channel}
    if one.message:
        campaign = campaigns.get(one.message.campaign_id)
        properties |= {"message_id": one.message.id, "campaign_id": one.message.campaign_id}
        properties |= {"campaign": campaign.name, "topic": campaign.topic} if campaign else {}
    if one.said.kind == "clicked":
        properties["link"] = one.said.link
    if one.said.kind == "bounced":
        properties["bounce"] = "hard" if one.said.hard else "soft"
    return Noticed(one.node_id, _name(one), one.said.at, f"feedback-{mark}", properties)


def source_id(at: int) -> int:
    """The source of these events; made on first use."""
    found = Source.objects.filter(namespace=NAMESPACE, kind="internal").values_list("id", flat=True).first()
    return found or create_source(name=SOURCE, kind="internal", namespace=NAMESPACE, by="system", at=at).id
