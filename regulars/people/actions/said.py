"""What nodes say about themselves: traits (latest by event time) and consents (a ledger)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from regulars.core import bulk
from regulars.people.given import SPEAKING
from regulars.people.models import Consent, ConsentState, Trait
from regulars.people.sighting import MAX_TRAIT, Sighting

STATES = ("granted", "pending", "withdrawn")
NEWER = "excluded.at > people_trait.at OR (excluded.at = people_trait.at AND excluded.value > people_trait.value)"


def record_traits(
    sightings: Sequence[Sighting], home: dict[int, int], fresh: frozenset[int], source_of: Mapping[int, int]
) -> set[tuple[int, str]]:
    """Keeps the latest value of each trait; returns (node, trait) of what changed. Equal times: larger text."""
    latest: dict[tuple[int, str], tuple[int, str]] = {}
    for i, node in home.items():
        at = sightings[i].at
        for name, value in sightings[i].traits.items():
            mark = (node, name[:MAX_TRAIT])
            latest[mark] = max(latest.get(mark, (at, "")), (at, as_text(value)))
    known = _known_traits([mark for mark in latest if mark[0] not in fresh])
    newer = {mark: found for mark, found in latest.items() if found > known.get(mark, (-(2**63), ""))}
    rows = [(node, name, value, at, source_of[node]) for (node, name), (at, value) in sorted(newer.items())]
    columns = ("node_id", "name", "value", "at", "source_id")
    change = "value = excluded.value, at = excluded.at, source_id = excluded.source_id"
    bulk.insert(Trait, columns, rows, conflict=f"(node_id, name) DO UPDATE SET {change} WHERE {NEWER}")
    return {mark for mark, (_, value) in newer.items() if mark not in known or known[mark][1] != value}


def as_text(value: Any) -> str:
    """The JSON text kept of a trait. NUL characters, which PostgreSQL cannot keep, are dropped."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).replace("\\u0000", "")


def _known_traits(marks: list[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, str]]:
    if not marks:
        return {}
    _hold_names(sorted(mark for mark in marks if mark[1] in SPEAKING))
    sql, params = bulk.table({"node": "bigint", "name": "text"}, marks)
    rows = bulk.query(
        f"SELECT t.node_id, t.name, t.at, t.value FROM {sql}"
        " JOIN people_trait t ON t.node_id = v.node AND t.name = v.name",
        params,
    )
    return {(node, name): (at, value) for node, name, at, value in rows}


def _hold_names(marks: list[tuple[int, str]]) -> None:
    """Nobody else renames these nodes until we commit: whether a name changed decides who is joined anew."""
    if marks and connection.vendor == "postgresql":
        rows = [(n, *mark) for n, mark in enumerate(marks)]
        sql, params = bulk.table({"n": "bigint", "node": "bigint", "name": "text"}, rows)
        bulk.query(
            f"SELECT t.id FROM {sql} JOIN people_trait t ON t.node_id = v.node AND t.name = v.name"
            " ORDER BY v.n FOR NO KEY UPDATE OF t",
            params,
        )


Mark = tuple[int, str, str, str]  # node, purpose, channel, address


@dataclass(slots=True)
class Entry:
    """One line of the ledger; id 0 while it is not written yet."""

    at: int
    confirmed: int
    state: str
    id: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """The later wins; at one time the more restrictive."""
        return self.confirmed, STATES.index(self.state)


def record_consents(
    sightings: Sequence[Sighting], home: dict[int, int], source_of: Mapping[int, int], *, by: str = "system"
) -> set[int]:
    """Adds what was said to the ledger, in order of time; returns the nodes whose ledger grew.

    Saying the same again only renews the time of the entry it confirms.
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
        mark: Mark = (node, said.purpose[:40], said.channel[:20], said.address[:255])
        entries = ledger.setdefault(mark, [])
        before = max((e for e in entries if e.at <= at), key=lambda e: (e.at, e.rank), default=None)
        if before and before.state == said.state:
            if at > before.confirmed:
                before.confirmed = at
                renewed[before.id] = at
            continue
        entries.append(Entry(at, at, said.state))
        rows.append((mark, entries[-1], said.wording, json.dumps(dict(said.evidence), default=str)))
    _write(rows, source_of, by)
    _renew({id_: at for id_, at in renewed.items() if id_})
    _write_states(ledger, {node for _, node, _ in told})
    return {mark[0] for mark, *_ in rows}


def add_consent(mark: Mark, state: str, wording: str, evidence: dict, *, source_id: int, by: str, at: int) -> None:
    """One entry, also when it says the same again: somebody took the trouble."""
    ledger = _ledger({mark[0]})
    ledger.setdefault(mark, []).append(entry := Entry(at, at, state))
    _write([(mark, entry, wording, json.dumps(evidence, default=str))], {mark[0]: source_id}, by)
    _write_states(ledger, {mark[0]})


def _clear(said) -> bool:
    return said.state in STATES and bool(said.channel)


def _write(rows: list[tuple[Mark, Entry, str, str]], source_of: Mapping[int, int], by: str) -> None:
    columns = ("node_id", "purpose", "channel", "address", "state", "wording", "source_id", "at", "confirmed_us")
    bulk.insert(
        Consent,
        (*columns, "evidence", "by"),
        [
            (*mark, e.state, wording, source_of[mark[0]], e.at, e.confirmed, proof, by)
            for mark, e, wording, proof in rows
        ],
    )


def _ledger(nodes: set[int]) -> dict[Mark, list[Entry]]:
    sql, params = bulk.ids(sorted(nodes))
    found: dict[Mark, list[Entry]] = {}
    for node, purpose, channel, address, *entry in bulk.query(
        "SELECT node_id, purpose, channel, address, at, confirmed_us, state, id FROM people_consent"
        f" WHERE node_id IN {sql}",
        params,
    ):
        found.setdefault((node, purpose, channel, address), []).append(Entry(*entry))
    return found


def _renew(times: dict[int, int]) -> None:
    if times:
        sql, params = bulk.table({"id": "bigint", "at": "bigint"}, sorted(times.items()))
        bulk.execute(
            f"UPDATE people_consent SET confirmed_us = v.at FROM {sql}"
            " WHERE people_consent.id = v.id AND v.at > people_consent.confirmed_us",
            params,
        )


def _write_states(ledger: dict[Mark, list[Entry]], nodes: set[int]) -> None:
    """The newest entry per address; the most restrictive of these per node, purpose and channel."""
    states: dict[tuple[int, str, str], Entry] = {}
    for (node, purpose, channel, _), entries in ledger.items():
        newest = max(entries, key=lambda e: e.rank)
        known = states.get((node, purpose, channel), newest)
        states[node, purpose, channel] = max(known, newest, key=lambda e: (STATES.index(e.state), e.confirmed))
    rows = [(*mark, e.state, e.confirmed) for mark, e in sorted(states.items()) if mark[0] in nodes]
    change = "(node_id, purpose, channel) DO UPDATE SET state = excluded.state, at = excluded.at"
    bulk.insert(ConsentState, ("node_id", "purpose", "channel", "state", "at"), rows, conflict=change)
