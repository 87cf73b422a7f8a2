"""What this room knows of a person: how often and when something was heard of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from regulars.core import bulk
from regulars.core.clock import now_us
from regulars.core.plugs import Fact, register


def _read(measure: str) -> Callable[[Sequence[int]], dict[int, Any]]:
    def now(person_ids: Sequence[int]) -> dict[int, Any]:
        ids, params = bulk.ids(person_ids)
        return dict(
            bulk.query(
                f"SELECT n.person_id, {measure} FROM people_node n JOIN events_event e ON e.node_id = n.id"
                f" WHERE n.person_id IN {ids} AND e.ts <= %s GROUP BY n.person_id",
                [*params, now_us()],
            )
        )

    return now


def _in_lake(measure: Callable[..., Any]) -> Callable[..., Any]:
    """An event dated ahead counts from its own time on, so that time is the next change."""

    def lake(tables):
        nodes = tables("nodes").select("node_id", "person_id")
        events = tables("events").select("node_id", "ts")
        rows = events.join(nodes, "node_id")
        due = rows.ts <= tables.now_us
        found = rows.group_by("person_id").aggregate(
            value=measure(rows, due), next_us=ibis.ifelse(due, ibis.null("int64"), rows.ts).min()
        )
        return found.select("person_id", "value", "next_us")

    return lake


def _fact(name: str, label: str, type_: str, unit: str, missing: str, sql: str, measure: Callable[..., Any]) -> Fact:
    return Fact(
        name=name,
        label=label,
        room="events",
        type=type_,
        unit=unit,
        missing=missing,
        gather=("events", "nodes"),
        now=_read(sql),
        lake=_in_lake(measure),
    )


register(
    _fact("events_seen", "Events seen", "number", "events", "0", "count(*)", lambda rows, due: due.sum()),
    _fact("last_event", "Last seen", "time", "", "never", "max(e.ts)", lambda rows, due: rows.ts.max(where=due)),
    _fact("first_event", "First seen", "time", "", "never", "min(e.ts)", lambda rows, due: rows.ts.min(where=due)),
)
