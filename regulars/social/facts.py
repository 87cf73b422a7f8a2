"""What this room knows about one person: how often they spoke of us in public, and when last.

Read from the event log, where "Mentioned Us" of proven authors stands once for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core import bulk
from regulars.core.clock import DAY, now_us
from regulars.core.plugs import Fact, register
from regulars.social.actions.telling import EVENT
from regulars.social.measuring import facts as _measuring  # noqa: F401 - engaged_90d, last_engaged, clicks_social

WINDOW = 30 * DAY
GATHER = ("events", "nodes")


def _from_truth(measure: str, person_ids: Sequence[int], since: int, until: int) -> dict[int, Any]:
    some, params = bulk.ids(person_ids)
    return dict(
        bulk.query(
            f"SELECT n.person_id, {measure} FROM people_node n JOIN events_event e ON e.node_id = n.id"
            f" WHERE n.person_id IN {some} AND e.name = %s AND e.ts > %s AND e.ts <= %s GROUP BY n.person_id",
            [*params, EVENT, since, until],
        )
    )


def mentions_30d(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    """How often in thirty days."""
    moment = now_us() if at is None else at
    return _from_truth("count(*)", person_ids, moment - WINDOW, moment)


def last_mention(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    """When last."""
    return _from_truth("max(e.ts)", person_ids, -1, now_us() if at is None else at)


def _in_lake(tables: Any) -> ir.Table:
    nodes, events = tables("nodes").select("node_id", "person_id"), tables("events")
    return events.filter(events.name == EVENT).select("node_id", "ts").join(nodes, "node_id")


def _many_lake(tables: Any) -> ir.Table:
    """Each leaves the count after thirty days; one that is dated ahead counts from then on."""
    mine = _in_lake(tables)
    rows = mine.filter(mine.ts > tables.now_us - WINDOW)
    due = rows.ts <= tables.now_us
    found = rows.group_by("person_id").aggregate(
        value=due.sum().nullif(0), next_us=ibis.ifelse(due, rows.ts + WINDOW, rows.ts).min()
    )
    return found.select("person_id", "value", "next_us")


def _last_lake(tables: Any) -> ir.Table:
    rows = _in_lake(tables)
    due = rows.ts <= tables.now_us
    found = rows.group_by("person_id").aggregate(
        value=rows.ts.max(where=due), next_us=ibis.ifelse(due, ibis.null("int64"), rows.ts).min()
    )
    return found.select("person_id", "value", "next_us")


register(
    Fact(name="mentions_30d", label="Spoke of us in 30 days", room="social", type="number", unit="mentions",
         missing="0", now=mentions_30d, lake=_many_lake, gather=GATHER),
    Fact(name="last_mention", label="Last spoke of us in public", room="social", type="time", missing="never",
         now=last_mention, lake=_last_lake, gather=GATHER),
)  # fmt: skip
