"""What can be asked about people."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core import bulk


def person_id_of(nodes: Sequence[int]) -> dict[int, int]:
    """The person of each node; nodes that do not exist (erased) or are nobody's are absent."""
    sql, params = bulk.ids(set(nodes))
    which = f"id IN {sql} AND person_id IS NOT NULL"
    return dict(bulk.query(f"SELECT id, person_id FROM people_node WHERE {which}", params))


def nodes_of(person_ids: Sequence[int]) -> dict[int, list[int]]:
    """The nodes each person is made of, oldest first; persons that are none are absent."""
    sql, params = bulk.ids(set(person_ids))
    found: dict[int, list[int]] = {}
    for node, person in bulk.query(
        f"SELECT id, person_id FROM people_node WHERE person_id IN {sql} ORDER BY id", params
    ):
        found.setdefault(person, []).append(node)
    return found
