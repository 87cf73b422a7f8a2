"""Who a broadcast is for: in any of these segments, in none of those; and what would become of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from regulars.channels.actions import Planned
from regulars.channels.actions.planning import forecast
from regulars.channels.models import Server
from regulars.core import bulk
from regulars.core.clock import HOUR, SECOND, to_us
from regulars.journeys.messages import draft_campaign
from regulars.journeys.models import Broadcast
from regulars.journeys.zones import zones_of
from regulars.segments.queries import have_found_their_people

AT_ONCE = 20_000
PER_SECOND = 1_000  # what one machine hands off at the least: benchmarks/deliver
WEST, EAST = 12 * HOUR, 14 * HOUR


@dataclass(frozen=True)
class Audience:
    """People in it, how many of them a message will go to, how many not and why, and when it will be done (us)."""

    people: int
    send: int
    wait: dict[str, int] = field(default_factory=dict)
    skip: dict[str, int] = field(default_factory=dict)
    finish_us: int = 0
    at: int = 0

    def stored(self) -> dict:
        """As JSON."""
        return asdict(self)


def audience(*, broadcast_id: int, at: int) -> Audience:
    """Count everybody and ask the rules about each, as of now. A million people take about half a minute."""
    broadcast = Broadcast.objects.get(id=broadcast_id)
    campaign, people = draft_campaign(broadcast), 0
    found: Counter[tuple[str, str]] = Counter()
    for persons in _pages(broadcast):
        items = planned(broadcast, persons, at)
        found.update((decision.verdict, decision.rule) for decision in forecast(campaign, items, at))
        people += len(persons)
    said = {v: {rule: n for (verdict, rule), n in sorted(found.items()) if verdict == v} for v in ("wait", "skip")}
    send = people - sum(said["skip"].values())
    return Audience(people, send, **said, finish_us=_finish(broadcast, send, at), at=at)


def _pages(broadcast: Broadcast) -> Iterator[list[int]]:
    after = 0
    while persons := next_people(broadcast, after, AT_ONCE):
        yield persons
        after = persons[-1]


def next_people(broadcast: Broadcast, after: int, limit: int) -> list[int]:
    """The next people of the audience in order of their numbers. Each segment is read along its index, so that a
    batch costs the same at the beginning and at the end of a million."""
    segments = sorted(set(broadcast.segments))
    if not segments:
        return []
    minus, others = bulk.ids(broadcast.minus)
    but = (
        " AND NOT EXISTS (SELECT 1 FROM segments_membership o WHERE o.person_id = m.person_id AND o.member"
        f" AND o.segment_id IN {minus})"
    )
    one = (
        "SELECT person_id FROM (SELECT m.person_id FROM segments_membership m WHERE m.segment_id = %s AND m.member"
        f" AND m.person_id > %s{but if broadcast.minus else ''} ORDER BY m.person_id LIMIT {int(limit)}) AS s"
    )
    params = [p for segment in segments for p in (segment, after, *(others if broadcast.minus else ()))]
    rows = bulk.query(f"{' UNION '.join([one] * len(segments))} ORDER BY 1 LIMIT {int(limit)}", params)
    return [person for (person,) in rows]


def is_known(broadcast: Broadcast) -> bool:
    """Whether its segments have found their people: one that was just made or changed is empty, or yesterday's."""
    return have_found_their_people([*broadcast.segments, *broadcast.minus])


def planned(broadcast: Broadcast, persons: Sequence[int], at: int) -> list[Planned]:
    """Their messages: now, at its time, or at that time of day where each of them lives."""
    if not broadcast.local_time:
        due = max(at, broadcast.when_us or 0)
        return [Planned(f"b:{broadcast.id}:{person}", person, due) for person in persons]
    zones = zones_of(persons)
    return [
        Planned(f"b:{broadcast.id}:{person}", person, max(at, _there(broadcast.local_time, zones[person])))
        for person in persons
    ]


@lru_cache(maxsize=2000)
def _there(local: str, zone: str) -> int:
    return to_us(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)))


def begins(broadcast: Broadcast) -> int:
    """When planning begins: at its time; by local time as soon as that comes anywhere on earth."""
    if broadcast.local_time:
        return _there(broadcast.local_time, "UTC") - EAST
    return broadcast.when_us or 0


def _finish(broadcast: Broadcast, messages: int, at: int) -> int:
    last = _there(broadcast.local_time, "UTC") + WEST if broadcast.local_time else begins(broadcast)
    return max(at, last) + round(messages / _per_second(broadcast) * SECOND)


def _per_second(broadcast: Broadcast) -> float:
    """The throttle, or what the servers of the channel may carry."""
    channel = draft_campaign(broadcast).channel
    limits = list(Server.objects.filter(channel=channel, paused_us=None).values_list("per_second", flat=True))
    most = sum(limits) if limits and None not in limits else PER_SECOND
    return max(0.001, min(most, broadcast.per_hour / 3600 if broadcast.per_hour else most))
