"""Identifiers and links of a batch of sightings: what is new, what it joins, and what goes to quarantine."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from regulars.core import bulk
from regulars.people.actions.joining import lock_values
from regulars.people.components import NodeKey
from regulars.people.identifiers import Normal
from regulars.people.limits import limits
from regulars.people.models import Identifier, Link, Quarantine
from regulars.people.sighting import Seen, Sighting

VALUE = {"n": "bigint", "type": "text", "value": "text"}
LINK = ("a", "b", "rule", "value", "evidence", "score", "at", "by", "revoked_by", "quarantined", "held_back")


@dataclass(slots=True)
class Wish:
    """An identifier at the node of some sightings."""

    found: Normal
    raw: str
    first: int
    last: int


@dataclass
class Wanted:
    """Identifiers of the batch by (key of their node, type, value), and when they were seen if known already."""

    wishes: dict[tuple[NodeKey, str, str], Wish] = field(default_factory=dict)
    known: dict[tuple[NodeKey, str, str], tuple[int, int]] = field(default_factory=dict)
    home: list[NodeKey | None] = field(default_factory=list)

    def is_new(self, i: int, type_: str, value: str) -> bool:
        return (self.home[i], type_, value) not in self.known


class Changed(NamedTuple):
    """Nodes around which people must be joined anew, and nodes that got an identifier."""

    seeds: set[int]
    identified: set[int]


def wanted(seen: list[Seen], sightings: Sequence[Sighting], nodes: dict[NodeKey, int]) -> Wanted:
    """The identifiers in this batch and which of them are known already."""
    found = Wanted(home=[one.keys[0] if one.keys else None for one in seen])
    for one, sighting in zip(seen, sightings, strict=True):
        for type_, normal, raw in one.identifiers if one.keys else ():
            wish = found.wishes.setdefault(
                (one.keys[0], type_, normal.value), Wish(normal, raw, sighting.at, sighting.at)
            )
            wish.first, wish.last = min(wish.first, sighting.at), max(wish.last, sighting.at)
    asked = [mark for mark in found.wishes if mark[0] in nodes]
    if asked:
        rows = [(n, type_, value, nodes[key]) for n, (key, type_, value) in enumerate(asked)]
        sql, params = bulk.table(VALUE | {"node": "bigint"}, rows)
        for n, first, last in bulk.query(
            f"SELECT v.n, i.first_us, i.last_us FROM {sql} JOIN people_identifier i"
            " ON i.type = v.type AND i.value = v.value AND i.node_id = v.node",
            params,
        ):
            found.known[asked[n]] = (first, last)
    return found


def record(
    seen: list[Seen],
    home: dict[int, int],
    nodes: dict[NodeKey, int],
    wanted: Wanted,
    fresh: frozenset[int],
    *,
    source_of: Mapping[int, int],
    at: int,
) -> Changed:
    """Writes identifiers and links of the sightings in `home` (sighting -> node)."""
    allowed = {seen[i].keys[0] for i in home}
    new = [mark for mark in wanted.wishes if mark not in wanted.known and mark[0] in allowed]
    values: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, type_, value in new:
        if not wanted.wishes[key, type_, value].found.refused:
            values[type_, value].append(nodes[key])
    pairs = _new_pairs(seen, home, nodes)
    devices = {(n, p.hub) for n, p in pairs.items() if p.device}
    lock_values([*values, *(("anonymous", str(hub)) for _, hub in devices)])
    listed = _listed([*values, *(("anonymous", str(hub)) for _, hub in devices)])
    firsts = _oldest_holders([mark for mark in values if mark in listed])
    _write_identifiers(new, wanted, nodes)
    _renew_identifiers(wanted, nodes)
    holders = _holders([mark for mark in values if mark not in listed])
    rows, over = _links_of_values(values, holders, firsts, listed, source_of, at)
    more, shared = _links_of_pairs(pairs, listed, source_of, at)
    bulk.insert(Link, LINK, sorted(rows + more), conflict="(a, b, rule, value) DO NOTHING")
    seeds = _quarantine(over | shared, at)
    seeds |= {node for row in rows + more if not row[9] for node in row[:2]}
    identified = {nodes[key] for key, _, _ in new}
    return Changed(seeds | (identified - fresh), identified)


# --- identifiers


def _write_identifiers(new, wanted: Wanted, nodes: dict[NodeKey, int]) -> None:
    rows = []
    for key, type_, value in new:
        wish = wanted.wishes[key, type_, value]
        raw = wish.raw if wish.raw != value else ""
        rows.append((nodes[key], type_, value, raw, wish.found.refused, wish.first, wish.last))
    columns = ("node_id", "type", "value", "raw", "refused", "first_us", "last_us")
    bulk.insert(
        Identifier,
        columns,
        sorted(rows, key=lambda r: (r[1], r[2], r[0])),
        conflict="(type, value, node_id) DO NOTHING",
    )


def _renew_identifiers(wanted: Wanted, nodes: dict[NodeKey, int]) -> None:
    """When known ones were first and last seen."""
    rows = []
    for mark, (first, last) in wanted.known.items():
        wish = wanted.wishes[mark]
        if wish.first < first or wish.last > last:
            rows.append((nodes[mark[0]], mark[1], mark[2], min(first, wish.first), max(last, wish.last)))
    if rows:
        columns = ("node_id", "type", "value", "first_us", "last_us")
        bulk.insert(
            Identifier,
            (*columns, "raw", "refused"),
            [(*row, "", "") for row in sorted(rows, key=lambda r: (r[1], r[2], r[0]))],
            conflict="(type, value, node_id) DO UPDATE SET first_us = excluded.first_us, last_us = excluded.last_us",
        )


def _listed(marks: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """The values that quarantine knows: True while they are in it, False once released."""
    if not marks:
        return {}
    sql, params = bulk.table(VALUE, [(n, *mark) for n, mark in enumerate(marks)])
    rows = bulk.query(
        f"SELECT v.n, q.released_us FROM {sql} JOIN people_quarantine q ON q.type = v.type AND q.value = v.value",
        params,
    )
    return {marks[n]: released is None for n, released in rows}


def _oldest_holders(marks: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """For values that may have very many holders."""
    if not marks:
        return {}
    sql, params = bulk.table(VALUE, [(n, *mark) for n, mark in enumerate(marks)])
    oldest = (
        "(SELECT i.node_id FROM people_identifier i WHERE i.type = v.type AND i.value = v.value AND i.refused = ''"
        " ORDER BY i.node_id LIMIT 1)"
    )
    return {marks[n]: node for n, node in bulk.query(f"SELECT v.n, {oldest} FROM {sql}", params) if node}


def _holders(marks: list[tuple[str, str]]) -> dict[tuple[str, str], list[tuple[int, str, str]]]:
    """(node, namespace, kind) of everybody who has a value; few, or it would be in quarantine."""
    found: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    if marks:
        sql, params = bulk.table(VALUE, [(n, *mark) for n, mark in enumerate(marks)])
        for n, node, namespace, kind in bulk.query(
            f"SELECT v.n, i.node_id, node.namespace, node.kind FROM {sql}"
            " JOIN people_identifier i ON i.type = v.type AND i.value = v.value AND i.refused = ''"
            " JOIN people_node node ON node.id = i.node_id",
            params,
        ):
            found[marks[n]].append((node, namespace, kind))
    return found


# --- links


def _row(a: int, b: int, rule: str, value: str, source_id: int, at: int, quarantined: bool) -> tuple:
    evidence = json.dumps({"source": source_id})
    return (min(a, b), max(a, b), rule, value, evidence, 1.0, at, "system", "", quarantined, "")


def rule_of(type_: str) -> str:
    """The rule that joins by values of this type."""
    return {"anonymous": "same_event"}.get(type_, f"same_{type_}")


def _links_of_values(values, holders, firsts, listed, source_of, at: int) -> tuple[list[tuple], dict]:
    """A star on the oldest holder of each value, and the values that join too many."""
    rows: list[tuple] = []
    over: dict[tuple[str, str], str] = {}
    for mark, new in values.items():
        everybody = {node for node, _, _ in holders.get(mark, ())} | set(new)
        reason = "" if mark in listed else _too_many(mark[0], holders[mark])
        if reason:
            over[mark] = reason
        before = everybody - set(new)
        centre = firsts.get(mark) or min(before or new)
        quarantined = bool(reason) or listed.get(mark, False)
        rows += [
            _row(centre, node, rule_of(mark[0]), mark[1], source_of[node], at, quarantined)
            for node in new
            if node != centre
        ]
    return rows, over


def _too_many(type_: str, holders: Iterable[tuple[int, str, str]]) -> str:
    """Why a value may not join these accounts; empty when it may."""
    per_namespace = Counter(namespace for _, namespace, kind in holders if kind != "anonymous")
    namespace, most = max(per_namespace.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    limit = limits().of_value(type_)
    return f"used by more than {limit} accounts of {namespace}" if most > limit else ""


class Pair(NamedTuple):
    """Two nodes named by one event; the hub is the one that is not the event's own."""

    node: int
    hub: int
    rule: str
    device: bool


def _new_pairs(seen: list[Seen], home: dict[int, int], nodes: dict[NodeKey, int]) -> dict[int, Pair]:
    """Pairs of nodes named together that have no link yet."""
    asked: dict[Pair, None] = {}
    for i, node in home.items():
        first, *others = seen[i].keys
        for other in others:
            rule = "alias" if other.kind == first.kind else "same_event"
            asked[Pair(node, nodes[other], rule, first.kind == "user" and other.kind == "anonymous")] = None
    pairs = dict(enumerate(asked))
    if pairs:
        rows = [(n, min(p.node, p.hub), max(p.node, p.hub), p.rule, str(p.hub)) for n, p in pairs.items()]
        sql, params = bulk.table({"n": "bigint", "a": "bigint", "b": "bigint", "rule": "text", "value": "text"}, rows)
        for (n,) in bulk.query(
            f"SELECT v.n FROM {sql} JOIN people_link l"
            " ON l.a = v.a AND l.b = v.b AND l.rule = v.rule AND l.value = v.value",
            params,
        ):
            del pairs[n]
    return pairs


def _links_of_pairs(pairs: dict[int, Pair], listed, source_of, at: int) -> tuple[list[tuple], dict]:
    """One link each, and the devices that turned out to be shared by several accounts."""
    shared = _shared_devices([p for p in pairs.values() if p.device and ("anonymous", str(p.hub)) not in listed])
    rows = []
    for pair in pairs.values():
        mark = ("anonymous", str(pair.hub))
        quarantined = pair.device and (mark in shared or listed.get(mark, False))
        rows.append(_row(pair.node, pair.hub, pair.rule, str(pair.hub), source_of[pair.node], at, quarantined))
    return rows, shared


def _shared_devices(pairs: list[Pair]) -> dict[tuple[str, str], str]:
    """Devices seen with more accounts of one namespace than the limit, counting links before and in this batch."""
    if not pairs:
        return {}
    users: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        users[pair.hub].add(pair.node)
    hubs = list(users)
    sql, params = bulk.table(VALUE, [(n, "same_event", str(hub)) for n, hub in enumerate(hubs)])
    for n, a, b in bulk.query(
        f"SELECT v.n, l.a, l.b FROM {sql} JOIN people_link l ON l.rule = v.type AND l.value = v.value", params
    ):
        users[hubs[n]] |= {a, b} - {hubs[n]}
    several = {node for hub in hubs if len(users[hub]) > limits().device for node in users[hub]}
    if not several:
        return {}
    sql, params = bulk.ids(several)
    home = dict(bulk.query(f"SELECT id, namespace FROM people_node WHERE kind = 'user' AND id IN {sql}", params))
    found = {}
    for hub in hubs:
        counts = Counter(home[user] for user in users[hub] if user in home)
        if counts and max(counts.values()) > limits().device:
            found["anonymous", str(hub)] = "a device shared by several accounts"
    return found


def _quarantine(over: dict[tuple[str, str], str], at: int) -> set[int]:
    """Puts values into quarantine; returns the nodes whose links stopped counting."""
    if not over:
        return set()
    rows = [(type_, value, at, reason, "system") for (type_, value), reason in sorted(over.items())]
    columns = ("type", "value", "since_us", "reason", "by")
    bulk.insert(Quarantine, columns, rows, conflict="(type, value) DO NOTHING")
    return set_quarantined(over, True)


def set_quarantined(marks: Iterable[tuple[str, str]], quarantined: bool) -> set[int]:
    """Switches all links of these values; returns the nodes at their ends."""
    rows = [(n, rule_of(type_), value) for n, (type_, value) in enumerate(marks)]
    sql, params = bulk.table(VALUE, rows)
    found = bulk.query(
        f"SELECT l.id, l.a, l.b FROM {sql} JOIN people_link l ON l.rule = v.type AND l.value = v.value", params
    )
    ids, more = bulk.ids(sorted(row[0] for row in found))
    bulk.execute(f"UPDATE people_link SET quarantined = %s, held_back = '' WHERE id IN {ids}", [quarantined, *more])
    return {node for row in found for node in row[1:]}
