"""The short way for people who only did something again: when they were first and last seen, and nothing else.

Most touches are of this kind. What a person is called depends on when something was said only where several things
compete: several nodes, several addresses, several ways of telling a name or a town. These take the long way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from regulars.core import bulk
from regulars.people.names import ABOUT, ADDRESS, CITY, FIRST, LAST, WHOLE

SLOTS = {"first": FIRST, "last": LAST, "town": (*CITY, *ADDRESS)}  # a whole name competes with its parts
SPAN = {"id": "bigint", "first": "bigint", "last": "bigint"}


def renew_times(person_ids: Sequence[int]) -> list[int]:
    """Bring the times of those persons up to date for whom nothing else can have changed; returns the others."""
    ids, params = bulk.ids(person_ids)
    nodes = bulk.query(f"SELECT person_id, id, first_us, last_us FROM people_node WHERE person_id IN {ids}", params)
    many = {person for person, count in Counter(row[0] for row in nodes).items() if count > 1}
    alone = {node: (person, first, last) for person, node, first, last in nodes if person not in many}
    for node in (*_of_several_addresses(alone), *_of_several_names(alone)):
        alone.pop(node, None)
    _write_times(sorted(alone.values()))
    return sorted(set(person_ids) - {person for person, _, _ in alone.values()})


def _of_several_addresses(nodes: Iterable[int]) -> set[int]:
    ids, params = bulk.ids(nodes)
    rows = bulk.query(
        "SELECT node_id FROM people_identifier WHERE refused = '' AND type IN ('email', 'phone')"
        f" AND node_id IN {ids} GROUP BY node_id, type HAVING count(*) > 1",
        params,
    )
    return {node for (node,) in rows}


def _of_several_names(nodes: Iterable[int]) -> set[int]:
    ids, params = bulk.ids(nodes)
    marks = ", ".join(["%s"] * len(ABOUT))
    rows = bulk.query(
        f"SELECT node_id, name FROM people_trait WHERE node_id IN {ids} AND name IN ({marks})", [*params, *ABOUT]
    )
    told = Counter((node, slot) for node, name in rows for slot in _slots_of(name))
    return {node for (node, _), count in told.items() if count > 1}


def _slots_of(name: str) -> tuple[str, ...]:
    return ("first", "last") if name in WHOLE else tuple(slot for slot, names in SLOTS.items() if name in names)


def _write_times(rows: list[tuple[int, int, int]]) -> None:
    """Only those that differ; rows are locked in order first."""
    order = " ORDER BY p.id FOR NO KEY UPDATE OF p" if connection.vendor == "postgresql" else ""
    sql, params = bulk.table(SPAN, rows)
    with transaction.atomic():
        bulk.execute(
            f"WITH due AS MATERIALIZED (SELECT p.id, v.first, v.last FROM {sql} JOIN people_person p ON p.id = v.id"
            f" WHERE p.first_us <> v.first OR p.last_us <> v.last{order})"
            " UPDATE people_person SET first_us = due.first, last_us = due.last FROM due"
            " WHERE people_person.id = due.id",
            params,
        )
