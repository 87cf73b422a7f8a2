"""Putting prepared events into the truth: the inside of one short transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from regulars.core import bulk
from regulars.core.log import current_tx
from regulars.events.models import SHARDS, DeadLetter, Event, Redaction
from regulars.events.pipeline import Ready, Rejected
from regulars.people import actions as people
from regulars.people import queries as persons

EVENT_COLUMNS = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "position", "name", "ts",
                 "received_us", "properties", "context")  # fmt: skip
DEAD_COLUMNS = ("source_id", "raw_seq", "position", "received_us", "code", "reason", "body")
NOBODYS = (("anonymous", people.NOBODY),)


@dataclass
class Stored:
    """What became of a batch."""

    accepted: list[Ready]
    known: list[Ready]
    erased: list[Ready]


def put(batch: Sequence[Ready], *, at: int, nodes: Mapping[str, int] | None = None) -> Stored:
    """Write events that are not known yet. Call it in a transaction; all or nothing.

    `nodes` {message id: node} says whose they are where the house itself knows; else who they speak of decides.
    """
    fresh, known = _new_ones(batch)
    nodes = _nodes_of(fresh, at) if nodes is None else _still_there(fresh, nodes)
    accepted = [event for event, node in zip(fresh, nodes, strict=True) if node is not None]
    erased = [event for event, node in zip(fresh, nodes, strict=True) if node is None]
    _write_events(accepted, [node for node in nodes if node is not None])
    touched = persons.person_id_of(list({node for node in nodes if node is not None}))
    if touched:
        people.touch(person_ids=sorted(set(touched.values())), cause="event", at=at)
    fresh_in = {event.raw_seq for event in accepted}
    redact_later(erased + [event for event in known if not (event.whole and event.raw_seq in fresh_in)])
    return Stored(accepted, known, erased)


def _new_ones(batch: Sequence[Ready]) -> tuple[list[Ready], list[Ready]]:
    """Claim the message ids; (new, known before)."""
    claimed = _claim({(event.source_id, event.message_id) for event in batch})
    fresh, known = [], []
    for event in batch:
        key = (event.source_id, event.message_id)
        (fresh if key in claimed else known).append(event)
        claimed.discard(key)
    return fresh, known


def _claim(keys: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these were never seen. Sorted, so that two workers cannot wait for each other in a circle."""
    rows = sorted(keys)
    if connection.vendor == "postgresql":
        values, params = "SELECT * FROM unnest(%s::bigint[], %s::text[])", _arrays(rows)
    else:
        values = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
        params = [json.dumps(rows)]
    if not rows:
        return set()
    return set(
        bulk.query(
            f"INSERT INTO events_eventkey (source_id, message_id) {values} WHERE true"
            " ON CONFLICT DO NOTHING RETURNING source_id, message_id",
            params,
        )
    )


def _arrays(rows: Sequence[tuple[int, str]]) -> list[str]:
    return [bulk.array("bigint", [source for source, _ in rows]), bulk.array("text", [key for _, key in rows])]


def _nodes_of(events: Sequence[Ready], at: int) -> list[int | None]:
    """The node each event points to, None for a person who was erased."""
    sightings, sources = [event.sighting for event in events], [event.source_id for event in events]
    nobodys = {event.sighting.namespace: event.source_id for event in events if event.sighting.keys[:1] == NOBODYS}
    for namespace, source in sorted(nobodys.items()):
        people.keep_nobody(namespace=namespace, source_id=source, at=at)
    return people.record_sightings(sightings=sightings, source_id=sources, at=at)


def _still_there(events: Sequence[Ready], nodes: Mapping[str, int]) -> list[int | None]:
    there = persons.still_there(nodes[event.message_id] for event in events)
    return [node if (node := nodes[event.message_id]) in there else None for event in events]


def _write_events(events: Sequence[Ready], nodes: Sequence[int]) -> None:
    tx = current_tx()
    bulk.insert(
        Event,
        EVENT_COLUMNS,
        [
            (tx, node, node % SHARDS, e.source_id, e.message_id, e.raw_seq, e.position, e.name, e.ts,
             e.received_us, e.properties, e.context)
            for e, node in zip(events, nodes, strict=True)
        ],
    )  # fmt: skip


def bury(rejects: Sequence[Rejected]) -> None:
    """Keep refused events as dead letters; the same one twice is one."""
    bulk.insert(DeadLetter, DEAD_COLUMNS, rejects, conflict="(raw_seq, position) DO NOTHING")


def redact_later(events: Sequence[Ready]) -> None:
    """Their copies in the raw inbox serve nothing: they are of erased people, or were taken in before."""
    redact([(event.raw_seq, event.position) for event in events])


def redact(places: Iterable[tuple[int, int]]) -> None:
    """Take the events at these (raw request, position) out of the inbox, as soon as this transaction commits."""
    rows = sorted({place for place in places if place[0]})
    if rows:
        bulk.insert(Redaction, ("raw_seq", "position"), rows)
