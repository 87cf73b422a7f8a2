"""Events that the house itself notices about people it knows by their node: a message opened, a link clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from regulars.events import intake, seen
from regulars.events.item import encode
from regulars.events.pipeline import Ready
from regulars.people.sighting import Sighting


class Noticed(NamedTuple):
    """One event of one node; `message_id` (at most 100 characters) is unique for ever within the source."""

    node_id: int
    name: str
    ts: int
    message_id: str
    properties: dict[str, Any]


def note_events(*, source_id: int, items: Sequence[Noticed], at: int) -> int:
    """Add to the log what is not known yet, in the caller's transaction; returns how many were new.

    Nodes that were erased are left out.
    """
    ready = [_ready(item, source_id, at) for item in items]
    stored = intake.put(ready, at=at, nodes={item.message_id: item.node_id for item in items})
    seen.count(stored.accepted, at)
    return len(stored.accepted)


def _ready(item: Noticed, source_id: int, at: int) -> Ready:
    said = encode(item.properties).decode()
    shape = tuple(item.properties)
    return Ready(
        source_id, item.message_id, 0, 0, item.name, item.ts, at, said, "{}", shape, item.properties, Sighting("")
    )
