"""Erasing a person: everything in one transaction, and nothing of them comes back by itself.

What stays: the numbers of their nodes (tombstones, which the lake applies), keyed hashes of their keys and
identifiers (which refuse a resend or a new import of the same), and an audit entry of ids.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction

from regulars.core import bulk, signals
from regulars.core.clock import MINUTE
from regulars.core.crypto import digest
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.log import current_tx
from regulars.core.models import Business
from regulars.core.plugs import registry
from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.evidence import LINK
from regulars.people.actions.joining import neighbourhood, rejoin
from regulars.people.actions.record import erased_key
from regulars.people.actions.touching import touch
from regulars.people.components import NodeKey
from regulars.people.identifiers import normal
from regulars.people.models import Erased, ErasedNode, Link, Node, Person
from regulars.people.signals import PersonErased
from regulars.team.actions import audit

declare("people.erase.before_commit", "people.erase.after_commit")


@dataclass(frozen=True)
class ErasureReport:
    """What an erasure removed: the nodes, and rows by table."""

    person_id: int
    node_ids: tuple[int, ...]
    rows: dict[str, int]


def erase_person(*, person_id: int, by: str, at: int) -> ErasureReport:
    """Remove everything held about a person, in every room, for ever. Raises Person.DoesNotExist.

    A resend or a new import of the same is refused from then on. The lake hides the rows at once and rewrites
    its files with its next step; SQLite's leftovers are wiped right after the commit.
    """
    report = _erase(person_id=person_id, by=by, at=at)
    failpoint("people.erase.after_commit")
    return report


@in_one_transaction
def _erase(*, person_id: int, by: str, at: int) -> ErasureReport:
    person, nodes = _locked(person_id)
    hashes = _hashes(nodes)
    neighbours = _star_anew(nodes, at)
    rows = {}
    for table in reversed(registry.personal.values()):  # upper rooms first: the nodes are still there
        if count := table.erase(nodes, at):
            rows[table.table] = count
    bulk.insert(Erased, ("digest", "at"), [(mark, at) for mark in sorted(hashes)], conflict="(digest) DO NOTHING")
    tx = current_tx()
    bulk.insert(
        ErasedNode,
        ("node_id", "tx", "at"),
        [(node, tx, at) for node in nodes],
        conflict="(node_id) DO NOTHING",
    )
    rejoin(neighbours, at=at, cause="unmerge")
    signals.send(PersonErased(person_id=person, node_ids=tuple(nodes), at=at))
    touch(person_ids=[person], cause="erase", at=at)
    audit(by=by, act="person.erase", object=f"person:{person}", details={"nodes": nodes, "rows": rows}, at=at)
    wipe_later.later(due_us=at + MINUTE, at=at + MINUTE)  # should we be killed before the next line's turn
    transaction.on_commit(partial(wipe, at), robust=True)
    failpoint("people.erase.before_commit")
    return ErasureReport(person, tuple(nodes), rows)


def _locked(person_id: int) -> tuple[int, list[int]]:
    """The person and its nodes, held against everybody who writes about them until we commit."""
    node = Node.objects.filter(id=person_id).first()
    if node is None or node.person_id is None:
        raise Person.DoesNotExist(f"There is no person {person_id}: they were erased, or never were.")
    neighbourhood({person_id})
    person = Node.objects.values_list("person_id", flat=True).get(id=person_id)
    nodes = Node.objects.select_for_update().filter(person_id=person).order_by("id").values_list("id", flat=True)
    return person, list(nodes)


def _hashes(nodes: list[int]) -> set[str]:
    """Of the keys, and of the identifiers that nobody else has."""
    ids, params = bulk.ids(nodes)
    keys = bulk.query(f"SELECT namespace, kind, key FROM people_node WHERE id IN {ids}", params)
    values = bulk.query(
        f"SELECT DISTINCT i.type, i.value FROM people_identifier i WHERE i.node_id IN {ids} AND i.refused = ''"
        " AND NOT EXISTS (SELECT 1 FROM people_identifier o WHERE o.type = i.type AND o.value = i.value"
        f" AND o.node_id NOT IN {ids})",
        params * 2,
    )
    return {digest(*erased_key(NodeKey(*key))) for key in keys} | {digest(*value) for value in values}


def _star_anew(nodes: list[int], at: int) -> set[int]:
    """Others who were linked with one value through an erased node stay linked; returns all such others."""
    gone = set(nodes)
    ids, params = bulk.ids(nodes)
    rows = bulk.query(
        "SELECT a, b, rule, value, quarantined FROM people_link WHERE revoked_us IS NULL"
        f" AND rule NOT IN ('manual', 'similar') AND (a IN {ids} OR b IN {ids})",
        params * 2,
    )
    others: dict[tuple, set[int]] = defaultdict(set)
    for a, b, rule, value, quarantined in rows:
        others[rule, value, bool(quarantined)] |= {a, b} - gone
    links = [
        (min(same), node, rule, value, "{}", 1.0, at, "system", "", quarantined, "")
        for (rule, value, quarantined), same in others.items()
        for node in same - {min(same, default=0)}
    ]
    bulk.insert(Link, LINK, sorted(links), conflict="(a, b, rule, value) DO NOTHING")
    return set().union(*others.values())


def wipe(at: int) -> None:
    """Nothing erased stays in SQLite's log or free pages; tried again in a minute while a reader is in the way."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        bulk.query("PRAGMA incremental_vacuum")
        busy = bulk.query("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if busy:
            wipe_later.later(due_us=at + MINUTE, at=at + MINUTE)


@job(lane="soon")
def wipe_later(*, at: int) -> None:
    """The second try of `wipe`."""
    wipe(at)


@in_one_transaction
def welcome_back(*, type: str, value: str, by: str, at: int) -> bool:
    """Somebody who was erased came back and asks to be known again: their identifier is no longer refused."""
    found = normal(type, value, Business.load().country)
    mark = digest(type, found.value if found else value)
    count, _ = Erased.objects.filter(digest=mark).delete()
    audit(by=by, act="person.welcome_back", object=f"hash:{mark[:12]}", details={}, at=at)
    return bool(count)
