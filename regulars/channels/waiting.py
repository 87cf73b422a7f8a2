"""What waits to leave the house, and what waits for a person: by indexes alone, whatever the size of the tables."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.channels.models import Campaign, Message, State
from regulars.core import bulk

MOST = 10_000  # of one campaign; more are not counted


@dataclass(frozen=True)
class Queue:
    """Messages of a lane that are due, and for how long the oldest has been (microseconds)."""

    lane: str
    due: int
    age_us: int


def queues(*, at: int) -> list[Queue]:
    """The lanes with what is due in campaigns that run."""
    rows = bulk.query(
        "SELECT c.lane, (SELECT count(*) FROM (SELECT 1 FROM channels_message m WHERE m.campaign_id = c.id"
        f" AND m.state = 0 AND m.due_us <= %s LIMIT {MOST}) AS w), (SELECT min(m.due_us) FROM channels_message m"
        " WHERE m.campaign_id = c.id AND m.state = 0) FROM channels_campaign c"
        " WHERE c.paused_us IS NULL AND c.stopped_us IS NULL",
        [at],
    )
    return [_lane(lane, [row for row in rows if row[0] == lane and row[1]], at) for lane in ("transactional", "bulk")]


def _lane(lane: str, rows: list[tuple], at: int) -> Queue:
    return Queue(lane, sum(due for _, due, _ in rows), max((at - oldest for _, _, oldest in rows), default=0))


def paused_by_themselves(*, limit: int = 10) -> list[Campaign]:
    """Campaigns that stopped sending because too much came back, newest first."""
    paused = Campaign.objects.filter(paused_us__isnull=False, stopped_us=None).exclude(paused_why="")
    return list(paused.order_by("-paused_us")[:limit])


def unknown_count(*, most: int = 1_000) -> int:
    """Messages of which nobody knows whether they arrived, up to `most`."""
    return Message.objects.filter(state=State.UNKNOWN)[:most].count()
