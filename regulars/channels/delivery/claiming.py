"""Taking due rows: each by one worker, the campaigns in turn, the important ones first."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from regulars.channels.models import Campaign, Message
from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint

declare("delivery.claimed")
FIELDS = ("id", "key", "campaign_id", "node_id", "address", "language", "version_id", "context", "due_us",
          "expires_us", "attempts", "decision")  # fmt: skip
LANES = {"bulk": 0, "transactional": 1}
FORGET = 5.0  # seconds until rows before the remembered place are looked for again


@dataclass(slots=True)
class Claimed:
    """A message that this worker holds."""

    id: int
    key: str
    campaign_id: int
    node_id: int
    address: str
    language: str
    version_id: int | None
    context: dict[str, Any] | None
    due_us: int
    expires_us: int | None
    attempts: int
    decision: dict[str, Any] | None


@dataclass
class Places:
    """Where the last claim of each campaign ended: what lies before it is taken, and dead rows need not be passed."""

    known: dict[int, tuple[int, int]] = field(default_factory=dict)
    since: float = 0.0

    def remembered(self) -> dict[int, tuple[int, int]]:
        """{campaign: its place}: the last claim got all it asked for, so there may be more."""
        if time.monotonic() - self.since > FORGET:
            self.known.clear()
            self.since = time.monotonic()
        return self.known

    def of(self, campaign_id: int) -> tuple[int, int]:
        return self.remembered().get(campaign_id, (-(2**62), 0))


def campaigns_due(lane: str, channels: list[str], at: int, *, places: Places) -> list[Campaign]:
    """Campaigns that run and may have something due, by priority. One look into an index for each, but for those
    with a remembered place: their index begins with all that was due before."""
    if not channels:
        return []
    moving = list(places.remembered()) or [0]
    return list(
        Campaign.objects.raw(
            "SELECT * FROM channels_campaign c WHERE lane = %s AND paused_us IS NULL AND stopped_us IS NULL"
            f" AND channel IN ({', '.join(['%s'] * len(channels))}) AND"
            f" CASE WHEN c.id IN ({', '.join(['%s'] * len(moving))}) THEN true ELSE"
            " EXISTS (SELECT 1 FROM channels_message m"
            " WHERE m.campaign_id = c.id AND m.state = 0 AND m.due_us <= %s) END ORDER BY priority DESC, id",
            [lane, *channels, *moving, at],
        )
    )


def claim(campaign: Campaign, most: int, at: int, *, holder: str, places: Places) -> list[Claimed]:
    """Up to `most` due messages of a campaign, earliest first, held by `holder` once this returns."""
    place = places.of(campaign.id)
    rows = _take(campaign.id, most, at, holder, place)
    found = [_claimed(row) for row in sorted(rows, key=lambda row: (row[8], row[0]))]
    if len(found) == most:
        places.known[campaign.id] = (found[-1].due_us, found[-1].id)
    else:
        places.known.pop(campaign.id, None)
    failpoint("delivery.claimed")
    return found


def _take(campaign_id: int, most: int, at: int, holder: str, place: tuple[int, int]) -> list[tuple]:
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    return bulk.query(
        "WITH picked AS MATERIALIZED (SELECT id FROM channels_message WHERE campaign_id = %s AND state = 0"
        f" AND due_us <= %s AND (due_us, id) > (%s, %s) ORDER BY due_us, id LIMIT %s {skip})"
        f" UPDATE {Message._meta.db_table} SET state = 1, claimed_by = %s, claimed_us = %s FROM picked"
        f" WHERE channels_message.id = picked.id RETURNING {', '.join(f'channels_message.{f}' for f in FIELDS)}",
        [campaign_id, at, *place, most, holder, at],
    )


def _claimed(row: tuple) -> Claimed:
    found = Claimed(*row)
    found.context = json.loads(found.context) if found.context else None
    found.decision = json.loads(found.decision) if found.decision else None
    return found


def skip_stopped(at: int, *, most: int = 5000) -> int:
    """Give what is planned in stopped campaigns its end, at most so many at a time; returns how many."""
    said = json.dumps({"verdict": "skip", "rule": "stopped", "at": at})
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    stopped = (
        "SELECT id FROM channels_campaign WHERE stopped_us IS NOT NULL AND EXISTS (SELECT 1 FROM channels_message"
    )
    stopped += " m WHERE m.campaign_id = channels_campaign.id AND m.state = 0)"
    return sum(
        bulk.execute(
            f"UPDATE channels_message SET state = 7, decision = %s{cast}, decided_us = %s, ended_us = %s WHERE id IN"
            f" (SELECT id FROM channels_message WHERE campaign_id = %s AND state = 0 LIMIT %s {skip})",
            [said, at, at, campaign, most],
        )
        for (campaign,) in bulk.query(stopped)
    )
