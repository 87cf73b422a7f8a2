"""Keeping the Person rows and the search words like their nodes: consumer "profiles" of the Touch log.

Everything is worked out anew for the persons that were touched, so it may be repeated, and be late, at will.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Reader, where_after
from regulars.core.sqlite import repeatable
from regulars.people.actions.seen_again import renew_times
from regulars.people.models import SearchWord
from regulars.people.names import ABOUT, Said, city_of, folded, latest, name_of, words_of_node

CONSUMER = "profiles"
AT_ONCE, PIECE = 20_000, 200
LARGE_PIECE = 2000  # where nobody waits for a writer lock
declare("people.profiles.written", "people.profiles.moved")
FIELDS = {
    "id": "bigint",
    "name": "text",
    "name_key": "text",
    "email": "text",
    "phone": "text",
    "city": "text",
    "nodes": "bigint",
    "first_us": "bigint",
    "last_us": "bigint",
}


class Node(NamedTuple):
    id: int
    person: int
    kind: str
    key: str
    first: int
    last: int


class Known(NamedTuple):
    """An identifier that may link."""

    node: int
    type: str
    value: str
    last: int


def follow_touches() -> bool:
    """Bring the profiles of the next touched persons up to date. False when there was nothing to do."""
    with exclusive(f"people/{CONSUMER}") as mine, repeatable():
        return mine and _step()


def _step() -> bool:
    reader = Reader(CONSUMER)
    condition, params = where_after(reader.position())
    order = "tx, id" if connection.vendor == "postgresql" else "id"
    rows = bulk.query(
        f"SELECT tx, id, person_id, cause FROM people_touch WHERE {condition} ORDER BY {order} LIMIT {AT_ONCE}",
        params,
    )
    if not rows:
        return False
    renew((person, cause) for _, _, person, cause in rows)
    failpoint("people.profiles.written")
    with transaction.atomic():
        reader.move(rows[-1][:2])
    failpoint("people.profiles.moved")
    return True


def renew(touches: Iterable[tuple[int, str]]) -> None:
    """Bring the profiles of (person, why touched) up to date, each the shortest way that is right."""
    causes: dict[int, set[str]] = defaultdict(set)
    for person, cause in touches:
        if cause != "derived":  # what somebody bought is not part of their profile
            causes[person].add(cause)
    for piece in _pieces(sorted(causes)):
        others = renew_times([person for person in piece if causes[person] == {"event"}])
        refresh_profiles(person_ids=sorted({*others, *(p for p in piece if causes[p] != {"event"})}))


def _pieces(persons: list[int]) -> Iterable[list[int]]:
    size = LARGE_PIECE if connection.vendor == "postgresql" else PIECE
    return (persons[start : start + size] for start in range(0, len(persons), size))


def refresh_profiles(*, person_ids: Sequence[int]) -> None:
    """Person rows and search words of these persons from what their nodes say. Reads first, then writes briefly."""
    nodes = _nodes(person_ids)
    if not nodes:
        return
    by_node: dict[int, list[Said]] = defaultdict(list)
    for one in _said(nodes):
        by_node[one.node].append(one)
    known: dict[int, list[Known]] = defaultdict(list)
    for value in _identifiers(nodes):
        known[value.node].append(value)
    rows = [_row(person, group, by_node, known) for person, group in sorted(_grouped(nodes).items())]
    wanted = {
        (node.id, word)
        for node in nodes
        for word in words_of_node(
            latest(by_node[node.id]), [(k.type, k.value) for k in known[node.id]], node.kind, node.key
        )
    }
    have = _words(nodes)
    with transaction.atomic():
        _write_rows(rows)
        _write_words(wanted - have, have - wanted)


def _grouped(nodes: Iterable[Node]) -> dict[int, list[Node]]:
    groups: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        groups[node.person].append(node)
    return groups


def _row(person: int, group: list[Node], by_node: dict[int, list[Said]], known: dict[int, list[Known]]) -> tuple:
    traits = latest(one for node in group for one in by_node[node.id])
    name = name_of(traits)
    values = [value for node in group for value in known[node.id]]
    return (
        person,
        name,
        folded(name)[:200],
        _newest(values, "email"),
        _newest(values, "phone")[:32],
        city_of(traits),
        len(group),
        min(node.first for node in group),
        max(node.last for node in group),
    )


def _newest(values: Iterable[Known], type_: str) -> str:
    found = [(value.last, value.value) for value in values if value.type == type_]
    return max(found)[1][:254] if found else ""


def _nodes(person_ids: Sequence[int]) -> list[Node]:
    sql, params = bulk.ids(person_ids)
    rows = bulk.query(
        f"SELECT id, person_id, kind, key, first_us, last_us FROM people_node WHERE person_id IN {sql}", params
    )
    return [Node(*row) for row in rows]


def _said(nodes: list[Node]) -> list[Said]:
    sql, params = bulk.ids(node.id for node in nodes)
    marks = ", ".join(["%s"] * len(ABOUT))
    rows = bulk.query(
        f"SELECT node_id, name, value, at FROM people_trait WHERE node_id IN {sql} AND name IN ({marks})",
        [*params, *ABOUT],
    )
    return [Said(*row) for row in rows]


def _identifiers(nodes: list[Node]) -> list[Known]:
    sql, params = bulk.ids(node.id for node in nodes)
    rows = bulk.query(
        f"SELECT node_id, type, value, last_us FROM people_identifier WHERE refused = '' AND node_id IN {sql}", params
    )
    return [Known(*row) for row in rows]


def _words(nodes: list[Node]) -> set[tuple[int, str]]:
    sql, params = bulk.ids(node.id for node in nodes)
    return set(bulk.query(f"SELECT node_id, word FROM people_searchword WHERE node_id IN {sql}", params))


def _write_rows(rows: list[tuple]) -> None:
    """Only rows that differ are written; rows are locked in order first."""
    if connection.vendor == "postgresql":
        ids = bulk.array("bigint", [row[0] for row in rows])
        bulk.query("SELECT id FROM people_person WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE", [ids])
    sql, params = bulk.table(FIELDS, rows)
    names = [name for name in FIELDS if name != "id"]
    differs = " OR ".join(f"people_person.{name} <> v.{name}" for name in names)
    changes = ", ".join(f"{name} = v.{name}" for name in names)
    bulk.execute(
        f"UPDATE people_person SET {changes} FROM {sql} WHERE people_person.id = v.id AND ({differs})", params
    )


def _write_words(missing: set[tuple[int, str]], surplus: set[tuple[int, str]]) -> None:
    if surplus:
        sql, params = bulk.table({"node": "bigint", "word": "text"}, sorted(surplus))
        found = f"SELECT w.id FROM {sql} JOIN people_searchword w ON w.node_id = v.node AND w.word = v.word"
        bulk.execute(f"DELETE FROM people_searchword WHERE id IN ({found})", params)
    bulk.insert(SearchWord, ("node_id", "word"), sorted(missing), conflict="(node_id, word) DO NOTHING")
