"""Who meets a condition of segments, of some people, from the truth as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from regulars.core import bulk
from regulars.core.log import START
from regulars.core.models import Offset
from regulars.core.plugs import registry
from regulars.events.consumers import CONSUMERS, shards
from regulars.segments import full, tick
from regulars.segments.catalog import catalog_now
from regulars.segments.needs import needs_of
from regulars.segments.parsing import parse
from regulars.segments.queries import DRAFT, with_draft

AT_ONCE = 2000
SLOWER = ("commerce",)  # consumers of the event log that fill tables conditions read


def meets(condition: dict[str, Any], person_ids: Sequence[int], at: int) -> set[int]:
    """Those of the people who meet it at this moment. Raises DefinitionError when it cannot be read any more."""
    if not person_ids:
        return set()
    from regulars.lake.truth import one_moment

    standing, found = with_draft(parse(condition, catalog_now())), set()
    for some in _pages(person_ids):
        with one_moment():
            places = tick.evaluate(standing, some, at)
        found |= {person for (segment, person), now in places.items() if segment == DRAFT and now.member}
    return found


def everybody_who_meets(condition: dict[str, Any], at: int) -> set[int]:
    """All who meet it at a moment: from the lake where there is one, made up for from the truth."""
    standing = with_draft(parse(condition, catalog_now()))
    return {person for person, now in full.everybody(standing, [DRAFT], at).of(DRAFT) if now.member}


def _pages(persons: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(persons), AT_ONCE):
        yield persons[start : start + AT_ONCE]


def not_ready(condition: dict[str, Any], person_ids: Sequence[int]) -> set[int]:
    """The people of whom something was heard that is not counted yet, where the condition reads such counts."""
    tables = needs_of([parse(condition, catalog_now())]).tables if person_ids else set()
    found: set[int] = set()
    if _tables_of_orders(tables):
        found |= _with_unread_events(person_ids)
    for name in sorted({registry.replica[t].after for t in tables if t in registry.replica} - {""}):
        found |= _with_unread_touches(name, person_ids)
    return found


def _tables_of_orders(tables: Iterable[str]) -> bool:
    return any(table in registry.replica and registry.replica[table].room == "commerce" for table in tables)


def _with_unread_events(person_ids: Sequence[int]) -> set[int]:
    some, params = bulk.ids(person_ids)
    found: set[int] = set()
    for name in (n for n in SLOWER if n in CONSUMERS):
        for shard in shards():
            condition, place = _after(_place(name, shard), "e.")
            mine = f"e.shard = {shard} AND " if connection.vendor == "postgresql" else ""
            rows = bulk.query(
                "SELECT DISTINCT n.person_id FROM events_event e JOIN people_node n ON n.id = e.node_id"
                f" WHERE {mine}{condition} AND n.person_id IN {some}",
                [*place, *params],
            )
            found |= {person for (person,) in rows}
    return found


def _with_unread_touches(consumer: str, person_ids: Sequence[int]) -> set[int]:
    some, params = bulk.ids(person_ids)
    condition, place = _after(_place(consumer, 0), "")
    rows = bulk.query(
        f"SELECT DISTINCT person_id FROM people_touch WHERE {condition} AND person_id IN {some}", [*place, *params]
    )
    return {person for (person,) in rows}


def _place(consumer: str, shard: int) -> tuple[int, int]:
    row = Offset.objects.filter(consumer=consumer, shard=shard).values_list("tx", "entry").first()
    return row or START


def _after(place: tuple[int, int], dot: str) -> tuple[str, list[int]]:
    """Every committed entry behind a place, also those that may not be read yet."""
    if connection.vendor == "postgresql":
        return f"({dot}tx, {dot}id) > (%s, %s) AND {dot}tx > 0", list(place)
    return f"{dot}id > %s", [place[1]]
