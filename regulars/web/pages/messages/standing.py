"""How a broadcast stands: its state in a word, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from regulars.channels import queries
from regulars.channels.models import Campaign, Message
from regulars.journeys.audience import begins
from regulars.journeys.models import Broadcast
from regulars.web.pages.messages.words import paused_by_itself

STATES = {
    "draft": (_("draft"), ""),
    "waiting": (_("waits for its time"), "on"),
    "sending": (_("sending"), "on"),
    "paused": (_("paused"), "warn"),
    "stopped": (_("stopped"), "bad"),
    "done": (_("done"), "good"),
}
OPEN = (0, 1, 2)  # planned, claimed, handing off


@dataclass(frozen=True)
class Standing:
    """A broadcast with its campaign and the messages by state; `moving`: some are still to come."""

    broadcast: Broadcast
    campaign: Campaign | None
    state: str
    counts: dict[str, int]

    @property
    def word(self) -> tuple[str, str]:
        """Its state in a word, and the tone."""
        return STATES[self.state]

    @property
    def planned(self) -> int:
        """Messages there are by now."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Messages that still wait or are on their way."""
        return sum(self.counts.get(state, 0) for state in ("planned", "claimed", "handing_off"))

    @property
    def sent(self) -> int:
        """Messages that left the house, whatever came back."""
        return sum(self.counts.get(state, 0) for state in ("handed_off", "delivered", "bounced"))

    @property
    def itself(self) -> bool:
        """Whether it paused by itself."""
        return bool(self.campaign and paused_by_itself(self.campaign))


def standing(broadcast: Broadcast, *, at: int) -> Standing:
    """One broadcast, with counts as of now."""
    campaign = Campaign.objects.filter(id=broadcast.campaign_id).first() if broadcast.campaign_id else None
    counts = queries.counts(campaign.id, at=at) if campaign else {}
    moving = any(counts.get(state) for state in ("planned", "claimed", "handing_off"))
    return Standing(broadcast, campaign, _state(broadcast, campaign, moving, at), counts)


def standings(broadcasts: list[Broadcast], *, at: int) -> list[Standing]:
    """Many, for a list: counts as delivery kept them last; three questions in all."""
    ids = [one.campaign_id for one in broadcasts if one.campaign_id]
    campaigns = Campaign.objects.in_bulk(ids)
    left = Message.objects.filter(campaign_id=OuterRef("id"), state__in=OPEN)
    moving = set(Campaign.objects.filter(Exists(left), id__in=ids).values_list("id", flat=True))
    return [_last_known(one, campaigns.get(one.campaign_id), one.campaign_id in moving, at) for one in broadcasts]


def _last_known(broadcast: Broadcast, campaign: Campaign | None, moving: bool, at: int) -> Standing:
    counts = campaign.counts if campaign else {}
    return Standing(broadcast, campaign, _state(broadcast, campaign, moving, at), counts)


def _state(broadcast: Broadcast, campaign: Campaign | None, moving: bool, at: int) -> str:
    if not broadcast.launched_us:
        return "draft"
    if broadcast.ended_us or (campaign and campaign.stopped_us):
        return "stopped"
    if broadcast.paused_us or (campaign and campaign.paused_us):
        return "paused"
    if broadcast.planned_us is None:
        return "waiting" if begins(broadcast) > at else "sending"
    return "sending" if moving else "done"
