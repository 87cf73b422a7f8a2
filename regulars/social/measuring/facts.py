"""What publishing knows about one person: how often they had to do with us on networks, and when last.

Read from the event log, where each of it stands once for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core import bulk
from regulars.core.clock import DAY, now_us
from regulars.core.plugs import Fact, register
from regulars.social.actions.engaging import ENGAGED, FOLLOWED

WINDOW = 90 * DAY
GATHER = ("events", "nodes")
BOTH = (ENGAGED, FOLLOWED)


def _truth(measure: str, names: Sequence[str], person_ids: Sequence[int], since: int, until: int) -> dict[int, Any]:
    some, params = bulk.ids(person_ids)
    marks = ", ".join(["%s"] * len(names))
    return dict(
        bulk.query(
            f"SELECT n.person_id, {measure} FROM people_node n JOIN events_event e ON e.node_id = n.id"
            f" WHERE n.person_id IN {some} AND e.name IN ({marks}) AND e.ts > %s AND e.ts <= %s GROUP BY n.person_id",
            [*params, *names, since, until],
        )
    )


def engaged_90d(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    """How often in ninety days: answers to our posts, and links followed."""
    moment = now_us() if at is None else at
    return _truth("count(*)", BOTH, person_ids, moment - WINDOW, moment)


def last_engaged(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    """When last."""
    return _truth("max(e.ts)", BOTH, person_ids, -1, now_us() if at is None else at)


def clicks_social(person_ids: Sequence[int], at: int | None = None) -> dict[int, int]:
    """How many links of our posts they followed, ever: each link once a day."""
    return _truth("count(*)", (FOLLOWED,), person_ids, -1, now_us() if at is None else at)


def _rows(tables: Any, names: Sequence[str]) -> ir.Table:
    nodes, events = tables("nodes").select("node_id", "person_id"), tables("events")
    return events.filter(events.name.isin(names)).select("node_id", "ts").join(nodes, "node_id")


def _recent(tables: Any) -> ir.Table:
    """Each leaves the count after ninety days; one dated ahead counts from then on."""
    every = _rows(tables, BOTH)
    rows = every.filter(every.ts > tables.now_us - WINDOW)
    due = rows.ts <= tables.now_us
    return rows.group_by("person_id").aggregate(
        value=due.sum().nullif(0), next_us=ibis.ifelse(due, rows.ts + WINDOW, rows.ts).min()
    )


def _ever(measure: Callable[[ir.Table, Any], Any], names: Sequence[str]) -> Callable[[Any], ir.Table]:
    def lake(tables: Any) -> ir.Table:
        rows = _rows(tables, names)
        due = rows.ts <= tables.now_us
        later = ibis.ifelse(due, ibis.null("int64"), rows.ts).min()
        return rows.group_by("person_id").aggregate(value=measure(rows, due), next_us=later)

    return lake


register(
    Fact(name="engaged_90d", label="Engaged with our posts in 90 days", room="social", type="number", unit="times",
         missing="0", now=engaged_90d, lake=_recent, gather=GATHER),
    Fact(name="last_engaged", label="Last engaged with our posts", room="social", type="time", missing="never",
         now=last_engaged, lake=_ever(lambda rows, due: rows.ts.max(where=due), BOTH), gather=GATHER),
    Fact(name="clicks_social", label="Links of our posts followed", room="social", type="number", unit="links",
         missing="0", now=clicks_social,
         lake=_ever(lambda rows, due: due.sum().nullif(0), (FOLLOWED,)), gather=GATHER),
)  # fmt: skip
