"""Taking in sightings, many at once: nodes, identifiers, links, traits and consents in a handful of statements.

Order of the steps = order of the locks on PostgreSQL (nodes, traits, values, persons, rows), each in sorted order:
two workers never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from regulars.core import bulk
from regulars.core.crypto import digest
from regulars.core.models import Business
from regulars.people.actions import evidence, said
from regulars.people.actions.joining import TryAgain, rejoin
from regulars.people.actions.touching import touch
from regulars.people.components import NodeKey
from regulars.people.given import SPEAKING
from regulars.people.models import Node, Person
from regulars.people.sighting import STRONGEST, Seen, Sighting, ready

KEY = {"n": "bigint", "namespace": "text", "kind": "text", "key": "text"}


def record_sightings(*, sightings: Sequence[Sighting], source_id: int | Sequence[int], at: int) -> list[int | None]:
    """The node of each sighting, in order; None = refused: of an erased person, or without any usable key.

    Creates nodes, identifiers, links, traits and consents, and joins people, in the caller's transaction. Writes
    only what is new. `source_id` is that of all, or one for each. On PostgreSQL it may raise TryAgain: repeat the
    transaction.
    """
    country = Business.load().country
    sources = [source_id] * len(sightings) if isinstance(source_id, int) else list(source_id)
    seen = [ready(sighting, country) for sighting in sightings]
    nodes = find_nodes({key for one in seen for key in one.keys})
    wanted = evidence.wanted(seen, sightings, nodes)
    refused = _refused(seen, nodes, wanted)
    taken = [i for i, one in enumerate(seen) if one.keys and i not in refused]
    fresh = _add_nodes(seen, sightings, taken, nodes, sources, at)
    home = {i: nodes[seen[i].keys[0]] for i in taken}
    source_of = {node: sources[i] for i, node in home.items()}
    news = said.record_traits(sightings, home, fresh, source_of)
    traits = {node for node, _ in news}
    renamed = {node for node, name in news if name in SPEAKING} - fresh
    changed = evidence.record(seen, home, nodes, wanted, fresh, source_of=source_of, at=at)
    rejoin(changed.seeds | renamed, at=at, fresh=fresh)
    _see(sightings, home, fresh)
    consents = said.record_consents(sightings, home, source_of)
    _touch(traits | changed.identified | (fresh & set(home.values())), "trait", at)
    _touch(consents, "consent", at)
    return [home.get(i) for i in range(len(seen))]


def find_nodes(keys: Iterable[NodeKey]) -> dict[NodeKey, int]:
    """The ids of those nodes that exist."""
    listed = list(keys)
    if not listed:
        return {}
    sql, params = bulk.table(KEY, [(n, *key) for n, key in enumerate(listed)])
    rows = bulk.query(
        f"SELECT v.n, node.id FROM {sql} JOIN people_node node"
        " ON node.namespace = v.namespace AND node.kind = v.kind AND node.key = v.key",
        params,
    )
    return {listed[n]: id_ for n, id_ in rows}


def erased_key(key: NodeKey) -> tuple[str, str]:
    """What is hashed of a node's key when it is erased."""
    return f"node {key.namespace} {key.kind}", key.key


def _refused(seen: list[Seen], nodes: dict[NodeKey, int], wanted: evidence.Wanted) -> set[int]:
    """The sightings that would bring back somebody erased.

    An erased device beside a living account is only left out: families share browsers.
    """
    if not bulk.query("SELECT EXISTS (SELECT 1 FROM people_erased)")[0][0]:
        return set()
    marks: dict[str, list[tuple[int, NodeKey | None]]] = {}
    for i, one in enumerate(seen):
        # a node named by an identifier is refused by that identifier, so that welcoming it back is enough
        facts = [(*erased_key(key), key) for key in one.keys if key not in nodes and key.kind not in STRONGEST]
        facts += [
            (type_, found.value, None) for type_, found, _ in one.identifiers if wanted.is_new(i, type_, found.value)
        ]
        for kind, value, key in facts:
            marks.setdefault(digest(kind, value), []).append((i, key))
    sql, params = bulk.table({"digest": "text"}, [(mark,) for mark in marks])
    rows = bulk.query(f"SELECT v.digest FROM {sql} JOIN people_erased e ON e.digest = v.digest", params)
    refused = set()
    for i, key in (hit for row in rows for hit in marks[row[0]]):
        if key and key.kind == "anonymous" and key != seen[i].keys[0]:
            seen[i] = seen[i]._replace(keys=tuple(k for k in seen[i].keys if k != key))
        else:
            refused.add(i)
    return refused


def _add_nodes(
    seen, sightings, taken: list[int], nodes: dict[NodeKey, int], sources: list[int], at: int
) -> frozenset[int]:
    """Creates the missing nodes with their Person rows, adds them to `nodes`; returns the new ids."""
    missing: dict[NodeKey, list[int]] = {}
    source: dict[NodeKey, int] = {}
    for i in taken:
        for key in seen[i].keys:
            if key not in nodes:
                missing.setdefault(key, []).append(sightings[i].at)
                source.setdefault(key, sources[i])
    if not missing:
        return frozenset()
    keys = sorted(missing, key=lambda key: (key.kind == "anonymous", key))  # accounts are older than devices
    rows = [
        (id_, *key, id_, source[key], min(missing[key]), max(missing[key]), at)
        for id_, key in zip(_fresh_ids(len(keys)), keys, strict=True)
    ]
    columns = ("id", "namespace", "kind", "key", "person_id", "source_id", "first_us", "last_us", "created_us")
    added = bulk.insert(Node, columns, rows, conflict="(namespace, kind, key) DO NOTHING")
    ours = {key: row[0] for key, row in zip(keys, rows, strict=True)}
    if added < len(keys):  # another worker was faster with some
        found = find_nodes(keys)
        rows = [row for row in rows if found[NodeKey(*row[1:4])] == row[0]]
        nodes |= found
    else:
        nodes |= ours
    people = [(row[0], "", "", "", "", "", 1, row[6], row[7], at) for row in rows]
    columns = ("id", "name", "name_key", "email", "phone", "city", "nodes", "first_us", "last_us", "created_us")
    bulk.insert(Person, columns, people)
    return frozenset(row[0] for row in rows)


def _fresh_ids(count: int) -> range | list[int]:
    """Numbers never used before, also not by nodes that were erased since."""
    if connection.vendor == "postgresql":
        sequence = "pg_get_serial_sequence('people_node', 'id')"
        return sorted(
            row[0] for row in bulk.query(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [count])
        )
    row = bulk.query("SELECT seq FROM sqlite_sequence WHERE name = 'people_node'")
    start = row[0][0] if row else 0
    return range(start + 1, start + count + 1)


def _see(sightings: Sequence[Sighting], home: dict[int, int], fresh: frozenset[int]) -> None:
    """When known nodes were first and last seen, by event time."""
    spans: dict[int, tuple[int, int]] = {}
    for i, node in home.items():
        if node not in fresh:
            at = sightings[i].at
            first, last = spans.get(node, (at, at))
            spans[node] = (min(first, at), max(last, at))
    if not spans:
        return
    rows = sorted((node, first, last) for node, (first, last) in spans.items())
    sql, params = bulk.table({"node": "bigint", "f": "bigint", "l": "bigint"}, rows)
    if connection.vendor == "postgresql":
        _hold([row[0] for row in rows])
        bulk.execute(_WIDEN_IN_ORDER.format(sql), params)
    else:
        bulk.execute(
            "UPDATE people_node SET first_us = MIN(first_us, v.f), last_us = MAX(last_us, v.l)"
            f" FROM {sql} WHERE people_node.id = v.node AND (v.f < first_us OR v.l > last_us)",
            params,
        )


# only rows that change are locked against other workers, and in order
_WIDEN_IN_ORDER = """WITH due AS MATERIALIZED (
  SELECT n.id, v.f, v.l FROM {} JOIN people_node n ON n.id = v.node
  WHERE v.f < n.first_us OR v.l > n.last_us ORDER BY n.id FOR NO KEY UPDATE OF n)
UPDATE people_node SET first_us = LEAST(first_us, due.f), last_us = GREATEST(last_us, due.l)
FROM due WHERE people_node.id = due.id"""


def _hold(nodes: Sequence[int]) -> None:
    """Nobody erases these until we commit; other workers may write about them all the same."""
    there = bulk.query(
        "SELECT id FROM people_node WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE",
        [bulk.array("bigint", nodes)],
    )
    if len(there) < len(nodes):
        raise TryAgain("Somebody in this batch is being erased: repeat the transaction.")


def _touch(nodes: set[int], cause: str, at: int) -> None:
    if nodes:
        sql, params = bulk.ids(nodes)
        rows = bulk.query(f"SELECT DISTINCT person_id FROM people_node WHERE id IN {sql}", params)
        touch(person_ids=[row[0] for row in rows], cause=cause, at=at)
