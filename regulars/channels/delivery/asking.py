"""What is asked again about the people of a batch, under their lock: one message to the database for all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection

from regulars.channels.decisions import TRANSACTIONAL, Rules, Subject
from regulars.channels.gathering import (
    NOTHING,
    consents_of,
    contacts_of,
    digests_of,
    newest_first,
    rivals,
    stopped,
    strictest,
    suppressions_of,
)
from regulars.channels.models import Campaign
from regulars.core import bulk
from regulars.core.prepared import Statement

LOCKS = 7271  # the class of our advisory locks, by person
RUNS = "SELECT 1 FROM channels_campaign WHERE id = %s AND paused_us IS NULL AND stopped_us IS NULL"
Nodes = Mapping[int, Sequence[int]]


def ask_again(
    campaign: Campaign, rules: Rules, seen: Mapping[int, Subject], nodes: Nodes, at: int
) -> dict[int, Subject] | None:
    """Of {number: person as seen}, those who still are who they were: consents, suppressions, contacts and rivals as
    they are now; addresses, time zones and languages as seen. None: the campaign was paused or stopped. In a
    transaction.

    `nodes`: {person: nodes} as seen. Whoever has others by now was merged or separated meanwhile, and is missing.
    Nodes are held: who erases them or records a consent waits for us.
    """
    person_of = {node: subject.person_id for subject in seen.values() for node in nodes.get(subject.person_id, ())}
    digests = digests_of(rules.channel, (subject.address for subject in seen.values()))
    questions = {
        **_lock(subject.person_id for subject in seen.values()),
        "runs": (RUNS, [campaign.id]),
        "nodes": _nodes(seen),
        **dict(_of_nodes(rules, seen.values(), person_of, at)),
        "suppressions": suppressions_of(rules.channel, digests),
    }
    answers = dict(zip(questions, bulk.together(questions.values()), strict=True))
    if not answers["runs"]:
        return None
    consents = strictest(answers.get("consents", ()), person_of)
    contacts = newest_first(answers.get("contacts", ()), person_of)
    suppressed = stopped(digests, answers["suppressions"])
    better = rivals(rules, person_of) if any(subject.rivals for subject in seen.values()) else {}

    def now(subject: Subject) -> Subject:
        said = consents.get(subject.person_id, NOTHING)
        return subject._replace(
            consent=said.get(rules.purpose, "unknown"),
            topic_consent=said.get(rules.topic, "unknown"),
            suppressed=suppressed.get(subject.address),
            contacts=contacts.get(subject.person_id, ()),
            rivals=better.get(subject.person_id, ()),
        )

    return {number: now(subject) for number, subject in _same(seen, nodes, answers["nodes"])}


def _lock(person_ids: Iterable[int]) -> dict[str, Statement]:
    """One worker at a time counts the slots of a person. In order, so that two cannot wait in a circle."""
    if connection.vendor != "postgresql":
        return {}
    keys = bulk.array("bigint", sorted({person % 2**31 for person in person_ids}))
    return {"lock": ("SELECT pg_advisory_xact_lock(%s, k) FROM unnest(%s::int[]) AS k", [LOCKS, keys])}


def _nodes(given: Iterable[int]) -> Statement:
    """(given number, node, person) of all nodes of these people now."""
    some, numbers = bulk.ids(given)
    held = " ORDER BY n.id FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    return (
        "SELECT g.id, n.id, n.person_id FROM people_node g JOIN people_node n ON n.person_id = g.person_id"
        f" WHERE g.id IN {some}{held}",
        numbers,
    )


def _of_nodes(
    rules: Rules, seen: Iterable[Subject], nodes: Iterable[int], at: int
) -> Iterator[tuple[str, Statement]]:
    if rules.purpose == TRANSACTIONAL:
        return
    some, numbers = bulk.ids(nodes)
    own_caps = [subject.own_cap for subject in seen if subject.own_cap]
    for name, question in (("consents", consents_of(rules)), ("contacts", contacts_of(rules, own_caps, at))):
        if question:
            sql, params = question
            yield name, (sql.format(which=f"IN {some}"), [*numbers, *params])


def _same(
    seen: Mapping[int, Subject], nodes: Nodes, rows: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, Subject]]:
    """Those with the nodes they had, those who have none any more (gone), and nobodies, who have only an address."""
    found: dict[int, tuple[int, set[int]]] = {}
    for number, node, person in rows:
        found.setdefault(number, (person, set()))[1].add(node)
    for number, subject in seen.items():
        if number not in found:
            yield number, subject if number < 0 and subject.address else subject._replace(gone=True)
        elif found[number] == (subject.person_id, set(nodes.get(subject.person_id, ()))):
            yield number, subject
