"""What can be asked of this room: timelines, sources, deliveries, dead letters, properties, lag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.events import inbox
from regulars.events.item import decode_any
from regulars.events.models import DeadLetter, Event, Property, Source
from regulars.people import queries as people


@dataclass(frozen=True)
class TimelineEntry:
    """One thing a person did. `cursor` continues after it; `node_id` says as whom."""

    id: int
    ts: int
    name: str
    node_id: int
    source_id: int
    source: str
    properties: dict[str, Any]

    @property
    def cursor(self) -> str:
        return f"{self.ts}.{self.id}"


def timeline(
    person_id: int, *, before: str | None = None, limit: int = 50, kinds: Sequence[str] = ()
) -> list[TimelineEntry]:
    """What a person did, newest first by event time. `before` is the cursor of the last one seen.

    `kinds` are event names; none means all. Costs about `limit` rows per node of the person.
    """
    nodes = people.nodes_of([person_id]).get(person_id, [])
    found: list[tuple] = []
    for node in nodes:  # one index range each: the database would otherwise sort all they ever did
        found += _newest_of(node, before, limit, kinds)
    found.sort(key=lambda row: (row[1], row[0]), reverse=True)
    names = dict(Source.objects.values_list("id", "name"))
    return [
        TimelineEntry(id_, ts, name, node, source, names.get(source, ""), decode_any(properties))
        for id_, ts, name, node, source, properties in found[:limit]
    ]


def _newest_of(node: int, before: str | None, limit: int, kinds: Sequence[str]) -> list[tuple]:
    condition, params = "node_id = %s", [node]
    if before:
        ts, _, id_ = before.partition(".")
        condition, params = condition + " AND (ts, id) < (%s, %s) AND ts <= %s", [node, int(ts), int(id_), int(ts)]
    if kinds:
        condition, params = condition + f" AND name IN ({', '.join(['%s'] * len(kinds))})", [*params, *kinds]
    return bulk.query(
        f"SELECT id, ts, name, node_id, source_id, properties FROM events_event WHERE {condition}"
        " ORDER BY ts DESC, id DESC LIMIT %s",
        [*params, limit],
    )


@dataclass(frozen=True)
class SourceOverview:
    """A source and what it delivered. `events_day`: events taken in of the last 24 hours, up to 10,000."""

    source: Source
    events_day: int
    last_seen_us: int | None
    dead_letters: int

    @property
    def revoked(self) -> bool:
        return self.source.revoked_us is not None


MOST_COUNTED = 10_000


def sources_overview(at: int) -> list[SourceOverview]:
    """Every source, those in use first. Counts look at the newest events only, so they stay quick."""
    dead = dict(
        DeadLetter.objects.filter(replayed_us=None).values_list("source_id").annotate(n=Count("id")).order_by()
    )
    day = dict(
        bulk.query(
            "SELECT source_id, count(*) FROM (SELECT source_id, received_us FROM events_event"
            f" ORDER BY id DESC LIMIT {MOST_COUNTED}) AS newest WHERE received_us > %s GROUP BY source_id",
            [at - DAY],
        )
    )
    return [
        SourceOverview(source, day.get(source.id, 0), source.seen_us, dead.get(source.id, 0))
        for source in Source.objects.order_by(F("revoked_us").asc(nulls_first=True), "name")
    ]


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursor of the next page ("" at the end)."""

    rows: list[Any]
    next: str


def dead_letters_page(*, source_id: int | None = None, code: str = "", after: str = "", limit: int = 50) -> Page:
    """Dead letters that wait, newest first."""
    found = DeadLetter.objects.filter(replayed_us=None).order_by("-id")
    if source_id:
        found = found.filter(source_id=source_id)
    if code:
        found = found.filter(code=code)
    if after.isdecimal():
        found = found.filter(id__lt=int(after))
    rows = list(found[: limit + 1])
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else "")


def dead_letter_reasons() -> list[tuple[str, int]]:
    """(code, how many wait), most first."""
    found = DeadLetter.objects.filter(replayed_us=None).values_list("code").annotate(n=Count("id"))
    return list(found.order_by("-n", "code"))


def properties_seen() -> list[Property]:
    """Properties seen or declared, declared ones of the vocabulary included, by event and name."""
    return list(Property.objects.order_by("event", "name"))


@dataclass(frozen=True)
class IngestLag:
    """How far ingestion is behind: waiting requests, and the age of the oldest in microseconds."""

    requests: int
    age_us: int


def ingest_lag(at: int) -> IngestLag:
    """What is accepted and not yet in the log."""
    waiting, oldest = inbox.store().waiting()
    return IngestLag(waiting, max(0, at - oldest) if oldest else 0)


def event_names() -> list[str]:
    """Names of events that segments can ask for: seen or in the vocabulary."""
    from regulars.events.vocabulary import DECLARED

    seen = Property.objects.values_list("event", flat=True).distinct()
    return sorted({*seen, *DECLARED})


def last_event_us() -> int | None:
    """Event time of the newest event."""
    return Event.objects.aggregate(at=Max("ts"))["at"]
