"""What people did, asked of the event log itself: it does not matter when we heard of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from regulars.core import bulk
from regulars.events.item import decode_any
from regulars.segments.calendar import business_calendar
from regulars.segments.catalog import catalog_now
from regulars.segments.matching import filter_of, passes

COLUMNS = {"run": "bigint", "person": "bigint", "lo": "bigint", "hi": "bigint"}


class Span(NamedTuple):
    """Whose events count for which run: from `lo` to `hi`, both included (us)."""

    run: int
    person: int
    lo: int
    hi: int


def first_events(spans: Sequence[Span], *, event: str, where: Any) -> dict[int, tuple[int, int]]:
    """Run -> (event id, time) of the first event of that name in its span that passes the filter."""
    rows = _events(spans, event, with_properties=bool(where))
    if where:
        rule, calendar = filter_of(event, where, catalog_now()), business_calendar()
        rows = [row for row in rows if passes(rule, decode_any(row[3]), calendar)]
    found: dict[int, tuple[int, int]] = {}
    for run, ts, event_id, *_ in rows:
        if run not in found or (ts, event_id) < (found[run][1], found[run][0]):
            found[run] = (event_id, ts)
    return found


def _events(spans: Sequence[Span], event: str, *, with_properties: bool) -> list[tuple]:
    if not spans:
        return []
    table, params = bulk.table(COLUMNS, spans)
    columns = "v.run, e.ts, e.id, e.properties" if with_properties else "v.run, min(e.ts), min(e.id)"
    group = "" if with_properties else " GROUP BY v.run, e.ts"
    return bulk.query(
        f"SELECT {columns} FROM {table} JOIN people_node n ON n.person_id = v.person"
        f" JOIN events_event e ON e.node_id = n.id AND e.ts >= v.lo AND e.ts <= v.hi WHERE e.name = %s{group}",
        [*params, event],
    )
