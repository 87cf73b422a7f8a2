"""How far a campaign is: counts by state, renewed while it moves."""

from __future__ import annotations

import time

from django.db.models import Exists, OuterRef, Q

from regulars.channels.models import Campaign, Message, State
from regulars.core import bulk
from regulars.core.clock import SECOND

EVERY = 5 * SECOND
MOVING = (State.PLANNED, State.CLAIMED, State.HANDING_OFF)
_asked: dict[int, float] = {}


def count_when_due(campaign_id: int, at: int) -> None:
    """Renew the counts, by one worker at a time, at most every five seconds."""
    if time.monotonic() - _asked.get(campaign_id, -10) < EVERY / SECOND:
        return
    _asked[campaign_id] = time.monotonic()
    stale = Campaign.objects.filter(id=campaign_id).exclude(counted_us__gt=at - EVERY)
    if stale.update(counted_us=at):
        Campaign.objects.filter(id=campaign_id).update(counts=counted(campaign_id))


def count_the_ended(at: int) -> int:
    """Renew counts that were taken while a campaign moved, once it has nothing left to do; how many there were."""
    left = Message.objects.filter(campaign_id=OuterRef("id"), state__in=MOVING)
    moved = Q(counts__planned__gt=0) | Q(counts__claimed__gt=0) | Q(counts__handing_off__gt=0)
    ended = Campaign.objects.filter(~Exists(left), moved).values_list("id", flat=True)[:20]
    for campaign_id in ended:
        Campaign.objects.filter(id=campaign_id).update(counted_us=at, counts=counted(campaign_id))
    return len(ended)


def counted(campaign_id: int) -> dict[str, int]:
    """{state: messages} as it is now, by the names of models.State in small letters."""
    rows = bulk.query(
        "SELECT state, count(*) FROM channels_message WHERE campaign_id = %s GROUP BY state", [campaign_id]
    )
    return {State(state).name.lower(): count for state, count in rows}
