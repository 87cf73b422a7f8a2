"""From links to persons: recompute the components around some nodes, and say what changed.

Safe with several writers on PostgreSQL: the persons in question are locked (advisory, until commit) in the order
of their numbers; if the search reaches one that somebody else holds, TryAgain asks the caller to repeat its
transaction, so nobody ever waits in a circle.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import OperationalError, connection

from regulars.core import bulk, signals
from regulars.core.plugs import registry
from regulars.people.actions.touching import touch
from regulars.people.components import WEAK, NodeKey, Partition, Tie, partition
from regulars.people.given import SPEAKING, Called, called
from regulars.people.limits import limits
from regulars.people.names import Said
from regulars.people.signals import PeopleMerged, PeopleSplit

PERSON_LOCKS, VALUE_LOCKS = 7270, 7271
TIES = """SELECT id, a, b, rule, value, by, held_back FROM people_link
 WHERE revoked_us IS NULL AND NOT quarantined AND {end} IN {ids}"""


class TryAgain(OperationalError):
    """Somebody else is joining the same people right now: roll back and repeat the transaction."""


@dataclass
class Neighbourhood:
    """All nodes and ties that can matter to each other, with who is whose person now."""

    keys: dict[int, NodeKey] = field(default_factory=dict)
    person_of: dict[int, int] = field(default_factory=dict)
    ties: dict[int, Tie] = field(default_factory=dict)
    held: dict[int, str] = field(default_factory=dict)


def rejoin(seeds: Iterable[int], *, at: int, fresh: frozenset[int] = frozenset(), cause: str = "merge") -> None:
    """Make persons around these nodes what their links say. `fresh` nodes are new in this transaction: nobody
    above has heard of them, so their joining is no news."""
    seeds = set(seeds)
    if not seeds:
        return
    around = neighbourhood(seeds)
    found = partition(around.keys, around.ties.values(), _apart(around), _values(around), limits(), _names(around))
    _write_held(around, found)
    changed = {node: person for node, person in found.person_of.items() if around.person_of[node] != person}
    if changed:
        _write_persons(changed, around)
        _announce(around.person_of, found.person_of, changed, fresh, at, cause)


def lock_values(values: Iterable[tuple[str, str]]) -> None:
    """Whoever wants to join people by one of these values waits until we commit."""
    if connection.vendor == "postgresql":
        hashes = sorted({zlib.crc32(f"{type_}\0{value}".encode()) - 2**31 for type_, value in values})
        if hashes:
            bulk.query(f"SELECT pg_advisory_xact_lock({VALUE_LOCKS}, h) FROM unnest(%s::int[]) AS h", [hashes])


def neighbourhood(seeds: set[int]) -> Neighbourhood:
    """Everything that hangs together with these nodes by links that count, locked against other writers."""
    around = Neighbourhood()
    locked: set[int] = set()
    wanted = _persons(seeds)
    if connection.vendor == "postgresql":
        wanted = _lock_all(seeds, wanted)
        locked = set(wanted)
    while wanted:
        fresh = _read_nodes(around, wanted)
        ends = _read_ties(around, fresh)
        wanted = _persons(ends - around.keys.keys()) if ends - around.keys.keys() else set()
        if connection.vendor == "postgresql" and wanted - locked:
            _try_lock(wanted - locked)
            locked |= wanted
    return around


def _persons(nodes: set[int]) -> set[int]:
    sql, params = bulk.ids(nodes)
    return {row[0] for row in bulk.query(f"SELECT DISTINCT person_id FROM people_node WHERE id IN {sql}", params)}


def _lock_all(seeds: set[int], persons: set[int]) -> set[int]:
    """Waits for the locks; then the nodes may have moved on, so look again."""
    bulk.query(
        f"SELECT pg_advisory_xact_lock({PERSON_LOCKS}, mod(p, 2147483647)::int) FROM unnest(%s::bigint[]) AS p",
        [sorted(persons)],
    )
    now = _persons(seeds)
    if now - persons:
        _try_lock(now - persons)
    return now | persons


def _try_lock(persons: set[int]) -> None:
    rows = bulk.query(
        f"SELECT pg_try_advisory_xact_lock({PERSON_LOCKS}, mod(p, 2147483647)::int) FROM unnest(%s::bigint[]) AS p",
        [sorted(persons)],
    )
    if not all(row[0] for row in rows):
        raise TryAgain("Somebody else is joining the same people: repeat the transaction.")


def _read_nodes(around: Neighbourhood, persons: set[int]) -> set[int]:
    sql, params = bulk.ids(persons)
    rows = bulk.query(f"SELECT id, person_id, namespace, kind, key FROM people_node WHERE person_id IN {sql}", params)
    for id_, person, namespace, kind, key in rows:
        around.keys[id_] = NodeKey(namespace, kind, key)
        around.person_of[id_] = person
    return {row[0] for row in rows}


def _read_ties(around: Neighbourhood, nodes: set[int]) -> set[int]:
    """Adds the ties of these nodes; returns their ends."""
    sql, params = bulk.ids(nodes)
    text = " UNION ".join(TIES.format(end=end, ids=sql) for end in ("a", "b"))
    ends: set[int] = set()
    for id_, a, b, rule, value, by, held_back in bulk.query(text, params * 2):
        around.ties[id_] = Tie(id_, a, b, rule, value, by_hand(rule, by))
        around.held[id_] = held_back
        ends |= {a, b}
    return ends


def by_hand(rule: str, by: str) -> bool:
    """A decision of a person, which beats rules, limits and separations."""
    return rule in ("manual", "similar") and by != "system"


def _apart(around: Neighbourhood) -> list[tuple[int, int]]:
    sql, params = bulk.ids(around.keys)
    return bulk.query(f"SELECT a, b FROM people_separation WHERE a IN {sql}", params)


def _values(around: Neighbourhood) -> list[tuple[int, str, str]]:
    sql, params = bulk.ids(around.keys)
    return bulk.query(
        f"SELECT node_id, type, value FROM people_identifier WHERE refused = '' AND node_id IN {sql}", params
    )


def _names(around: Neighbourhood) -> dict[int, Called]:
    """What the nodes call their person, where it can matter."""
    if not any(tie.rule in WEAK for tie in around.ties.values()):
        return {}
    sql, params = bulk.ids(around.keys)
    marks = ", ".join(["%s"] * len(SPEAKING))
    said: dict[int, dict[str, Said]] = {}
    for row in bulk.query(
        f"SELECT node_id, name, value, at FROM people_trait WHERE node_id IN {sql} AND name IN ({marks})",
        [*params, *SPEAKING],
    ):
        said.setdefault(row[0], {})[row[1]] = Said(*row)
    return {node: called(traits) for node, traits in said.items()}


def _write_held(around: Neighbourhood, found: Partition) -> None:
    changed = [(i, found.held_back.get(i, "")) for i, was in around.held.items() if was != found.held_back.get(i, "")]
    if changed:
        sql, params = bulk.table({"id": "bigint", "why": "text"}, sorted(changed))
        bulk.execute(f"UPDATE people_link SET held_back = v.why FROM {sql} WHERE people_link.id = v.id", params)


def _write_persons(changed: dict[int, int], around: Neighbourhood) -> None:
    """The node map, and the redirects of the Person rows. Rows are locked in order first."""
    rows = sorted(changed.items())
    if connection.vendor == "postgresql":
        for table in ("people_node", "people_person"):
            ids = bulk.array("bigint", [node for node, _ in rows])
            bulk.query(f"SELECT id FROM {table} WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE", [ids])
    sql, params = bulk.table({"node": "bigint", "person": "bigint"}, rows)
    bulk.execute(f"UPDATE people_node SET person_id = v.person FROM {sql} WHERE people_node.id = v.node", params)
    bulk.execute(
        f"UPDATE people_person SET merged_into = NULLIF(v.person, v.node) FROM {sql} WHERE people_person.id = v.node",
        params,
    )


def _announce(before, after, changed: dict[int, int], fresh: frozenset[int], at: int, cause: str) -> None:
    """Signals, rebuilt per-person data and touches, once per batch. New nodes have nothing to move."""
    known = {node: person for node, person in changed.items() if node not in fresh}
    if not known:
        return
    lost: dict[int, set[int]] = {}
    parts: dict[int, set[int]] = {}
    for node, person in known.items():
        if before[node] == node:
            lost.setdefault(person, set()).add(node)
        if person == node:
            parts.setdefault(before[node], {after[before[node]]}).add(node)
    persons = sorted({p for node, person in known.items() for p in (before[node], person)})
    for table in registry.personal.values():
        if table.moved:
            table.moved(persons, at)
    for kept, gone in sorted(lost.items()):
        were = [tuple(sorted(node for node, of in before.items() if of == one)) for one in (kept, *sorted(gone))]
        signals.send(PeopleMerged(kept=kept, lost=tuple(sorted(gone)), at=at, were=tuple(filter(None, were))))
    for _, pieces in sorted(parts.items()):
        signals.send(PeopleSplit(parts=tuple(sorted(pieces)), at=at))
    touch(person_ids=persons, cause=cause, at=at)
