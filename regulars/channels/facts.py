"""What this room knows about one person: how much they hear from us, and when they last answered by opening or
clicking. Opens and clicks are read from the event log, where only what people did stands, not what scanners do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core import bulk
from regulars.core.clock import DAY, now_us
from regulars.core.plugs import Fact, register

WINDOW = 30 * DAY
OPENED, CLICKED = ("Email Opened",), ("Email Link Clicked", "SMS Link Clicked")


def _contacts(measure: str, since: int | None) -> Callable[..., dict[int, Any]]:
    def now(person_ids: Sequence[int], at: int | None = None) -> dict[int, Any]:
        moment = now_us() if at is None else at
        ids, params = bulk.ids(person_ids)
        return dict(
            bulk.query(
                f"SELECT n.person_id, {measure} FROM people_node n JOIN channels_contact c ON c.node_id = n.id"
                f" WHERE n.person_id IN {ids} AND c.at > %s AND c.at <= %s GROUP BY n.person_id",
                [*params, -1 if since is None else moment - since, moment],
            )
        )

    return now


messages_30d = _contacts("count(*)", WINDOW)
last_message = _contacts("max(c.at)", None)


def _messages_lake(tables: Any) -> ir.Table:
    """Each leaves the count thirty days after it reached the person."""
    mine = _in_lake(tables)
    rows = mine.filter((mine["at"] > tables.now_us - WINDOW) & (mine["at"] <= tables.now_us))
    counted = rows.group_by("person_id").aggregate(value=rows.count(), first=rows["at"].min())
    return counted.select("person_id", "value", next_us=counted.first + WINDOW)


def _last_lake(tables: Any) -> ir.Table:
    mine = _in_lake(tables)
    rows = mine.filter(mine["at"] <= tables.now_us)
    found = rows.group_by("person_id").aggregate(value=rows["at"].max())
    return found.mutate(next_us=ibis.null("int64"))


def _in_lake(tables: Any) -> ir.Table:
    nodes = tables("nodes").select("node_id", "person_id")
    return tables("contacts").select("node_id", "at").join(nodes, "node_id")


def _last_of(names: tuple[str, ...]) -> tuple[Callable[..., dict[int, int]], Callable[..., ir.Table]]:
    """(from the truth, from the lake): when one of these events last happened; one ahead counts from then on."""
    marks = ", ".join(["%s"] * len(names))

    def now(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
        ids, params = bulk.ids(person_ids)
        return dict(
            bulk.query(
                "SELECT n.person_id, max(e.ts) FROM people_node n JOIN events_event e ON e.node_id = n.id"
                f" WHERE n.person_id IN {ids} AND e.name IN ({marks}) AND e.ts <= %s GROUP BY n.person_id",
                [*params, *names, now_us() if at is None else at],
            )
        )

    def lake(tables: Any) -> ir.Table:
        nodes = tables("nodes").select("node_id", "person_id")
        events = tables("events")
        rows = events.filter(events.name.isin(names)).select("node_id", "ts").join(nodes, "node_id")
        due = rows.ts <= tables.now_us
        found = rows.group_by("person_id").aggregate(
            value=rows.ts.max(where=due), next_us=ibis.ifelse(due, ibis.null("int64"), rows.ts).min()
        )
        return found.select("person_id", "value", "next_us")

    return now, lake


last_opened, _opened_lake = _last_of(OPENED)
last_clicked, _clicked_lake = _last_of(CLICKED)
CONTACTS, EVENTS = ("contacts", "nodes"), ("events", "nodes")


def _fact(name: str, label: str, type: str, now: Callable, lake: Callable, **more: Any) -> Fact:
    return Fact(name=name, label=label, room="channels", type=type, now=now, lake=lake, **more)


register(
    _fact("messages_30d", "Messages in 30 days", "number", messages_30d, _messages_lake, missing="0", unit="messages",
          gather=CONTACTS),
    _fact("last_message", "Last message", "time", last_message, _last_lake, missing="never", gather=CONTACTS),
    _fact("last_opened", "Last opened", "time", last_opened, _opened_lake, missing="never", gather=EVENTS),
    _fact("last_clicked", "Last clicked", "time", last_clicked, _clicked_lake, missing="never", gather=EVENTS),
)  # fmt: skip
