"""What nodes say about themselves: traits (latest by event time) and consents (a ledger)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from regulars.core import bulk
from regulars.people.models import Consent, Trait
from regulars.people.sighting import MAX_TRAIT, Sighting

STATES = ("granted", "pending", "withdrawn")
NEWER = "excluded.at > people_trait.at OR (excluded.at = people_trait.at AND excluded.value > people_trait.value)"


def record_traits(
    sightings: Sequence[Sighting], home: dict[int, int], fresh: frozenset[int], *, source_id: int
) -> set[int]:
    """Keeps the latest value of each trait; returns the nodes of which a value changed. Equal times: larger text."""
    latest: dict[tuple[int, str], tuple[int, str]] = {}
    for i, node in home.items():
        at = sightings[i].at
        for name, value in sightings[i].traits.items():
            mark = (node, name[:MAX_TRAIT])
            latest[mark] = max(latest.get(mark, (at, "")), (at, as_text(value)))
    known = _known_traits([mark for mark in latest if mark[0] not in fresh])
    newer = {mark: found for mark, found in latest.items() if found > known.get(mark, (-(2**63), ""))}
    rows = [(node, name, value, at, source_id) for (node, name), (at, value) in sorted(newer.items())]
    columns = ("node_id", "name", "value", "at", "source_id")
    change = "value = excluded.value, at = excluded.at, source_id = excluded.source_id"
    bulk.insert(Trait, columns, rows, conflict=f"(node_id, name) DO UPDATE SET {change} WHERE {NEWER}")
    return {mark[0] for mark, (_, value) in newer.items() if mark not in known or known[mark][1] != value}


def as_text(value: Any) -> str:
    """The JSON text kept of a trait. NUL characters, which PostgreSQL cannot keep, are dropped."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).replace("\\u0000", "")


def _known_traits(marks: list[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, str]]:
    if not marks:
        return {}
    sql, params = bulk.table({"node": "bigint", "name": "text"}, marks)
    rows = bulk.query(
        f"SELECT t.node_id, t.name, t.at, t.value FROM {sql}"
        " JOIN people_trait t ON t.node_id = v.node AND t.name = v.name",
        params,
    )
    return {(node, name): (at, value) for node, name, at, value in rows}


Entry = tuple[int, str, str, str]


def record_consents(
    sightings: Sequence[Sighting], home: dict[int, int], *, source_id: int, by: str = "system"
) -> set[int]:
    """Adds what was said to the ledger, in order of time; returns the nodes whose ledger grew.

    Saying the same again only renews the time of the last entry.
    """
    told = sorted(
        ((sightings[i].at, node, said) for i, node in home.items() for said in sightings[i].consents if _clear(said)),
        key=lambda entry: entry[:2],
    )
    if not told:
        return set()
    ledger = _ledger({node for _, node, _ in told})
    rows, renewed = [], {}
    for at, node, said in told:
        mark: Entry = (node, said.purpose[:40], said.channel[:20], said.address[:255])
        before = max((e for e in ledger.get(mark, ()) if e[0] <= at), key=lambda e: (e[0], e[1]), default=None)
        if before and before[2] == said.state:
            if before[3] and at > before[1]:
                renewed[before[3]] = max(at, renewed.get(before[3], 0))
            continue
        ledger.setdefault(mark, []).append((at, at, said.state, 0))
        proof = json.dumps(dict(said.evidence), default=str)
        rows.append((*mark, said.state, said.wording, source_id, at, at, proof, by))
    columns = ("node_id", "purpose", "channel", "address", "state", "wording", "source_id", "at", "confirmed_us")
    bulk.insert(Consent, (*columns, "evidence", "by"), rows)
    _renew(renewed)
    return {row[0] for row in rows}


def _clear(said) -> bool:
    return said.state in STATES and bool(said.channel)


def _ledger(nodes: set[int]) -> dict[Entry, list[tuple[int, int, str, int]]]:
    """(at, confirmed, state, id) by (node, purpose, channel, address)."""
    sql, params = bulk.ids(sorted(nodes))
    found: dict[Entry, list[tuple[int, int, str, int]]] = {}
    for node, purpose, channel, address, *entry in bulk.query(
        "SELECT node_id, purpose, channel, address, at, confirmed_us, state, id FROM people_consent"
        f" WHERE node_id IN {sql}",
        params,
    ):
        found.setdefault((node, purpose, channel, address), []).append(tuple(entry))
    return found


def _renew(times: dict[int, int]) -> None:
    if times:
        sql, params = bulk.table({"id": "bigint", "at": "bigint"}, sorted(times.items()))
        bulk.execute(
            f"UPDATE people_consent SET confirmed_us = v.at FROM {sql}"
            " WHERE people_consent.id = v.id AND v.at > people_consent.confirmed_us",
            params,
        )
