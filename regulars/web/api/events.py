"""Events: the log from its beginning, in the order it was written, so that a program can keep up with it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.core import bulk
from regulars.core.log import where_after
from regulars.events.item import decode_any
from regulars.web.api.frame import After, Key, Limit, Problem, responses

router = Router(tags=["Events"])


class EventOut(Schema):
    """What one node (account, device, record) did; `person` is who that is now. Times in microseconds, UTC."""

    id: int
    person: int | None
    node: int
    source: int
    message_id: str
    name: str
    ts: int
    received_us: int
    properties: dict[str, Any]


class Log(Schema):
    """Entries and where to read on: ask again with `after`, also when there is nothing new yet."""

    items: list[EventOut]
    after: str


@router.get("", response=responses(Log), auth=Key("people.view"), summary="Read the log of events")
def read_events(request: HttpRequest, after: After = "", limit: Limit = 100):
    """In the order of writing, which is not that of event time. Nothing is skipped when read by `after`."""
    condition, params = where_after(_position(after), alias="e")
    rows = bulk.query(
        "SELECT e.id, n.person_id, e.node_id, e.source_id, e.message_id, e.name, e.ts, e.received_us, e.properties,"
        f" e.tx FROM events_event e LEFT JOIN people_node n ON n.id = e.node_id WHERE {condition}"
        " ORDER BY e.tx, e.id LIMIT %s",
        [*params, limit],
    )
    names = list(EventOut.model_fields)
    items = [dict(zip(names, row[:-2], strict=False)) | {"properties": decode_any(row[-2])} for row in rows]
    return {"items": items, "after": f"{rows[-1][-1]}.{rows[-1][0]}" if rows else after or "0.0"}


def _position(cursor: str) -> tuple[int, int]:
    tx, _, entry = (cursor or "0.0").partition(".")
    if not (tx.isascii() and tx.isdigit() and entry.isascii() and entry.isdigit()) or len(cursor) > 38:
        raise Problem(422, "invalid", "This cursor is damaged: leave it out to start at the beginning.")
    if max(int(tx), int(entry)) >= 2**63:
        raise Problem(422, "invalid", "This cursor is damaged: leave it out to start at the beginning.")
    return int(tx), int(entry)
