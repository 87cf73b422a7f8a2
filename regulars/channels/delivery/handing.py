"""The decision that counts: asked under a lock per person, committed with the slot it takes and the hand-off."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from regulars.channels.decisions import TRANSACTIONAL, Decision, Engine, Rules, Subject
from regulars.channels.delivery.claiming import Claimed
from regulars.channels.gathering import rules_of, subjects, subjects_again
from regulars.channels.models import Campaign, Contact, Message, State
from regulars.core import bulk

LOCKS = 7271  # the class of our advisory locks, by person


class Ruling(NamedTuple):
    """A message, what is decided about it, and where it goes when it goes."""

    message: Claimed
    decision: Decision
    address: str = ""
    server_id: int | None = None
    language: str = ""


@dataclass(frozen=True)
class Seen:
    """A campaign's messages of a round with their people, and what the rules say before any lock."""

    rules: Rules
    rows: list[tuple[Claimed, Subject, Decision]]


def foresee(campaign: Campaign, messages: Sequence[Claimed], at: int) -> Seen:
    """The decision as it looks before any lock: what does not go is settled by it, what goes is asked once more."""
    rules = rules_of(campaign)
    known = subjects(campaign, [m.node_id for m in messages], at, rules=rules, addresses=_own(messages))
    engine = Engine(rules)
    rows = [(m, s := known[m.node_id], engine.decide(s, at, m.expires_us)) for m in messages]
    return Seen(rules, rows)


def hand_off(
    campaign: Campaign, rules: Rules, wanted: Sequence[tuple[Claimed, Subject, int]], at: int, *, holder: str
) -> dict[int, str]:
    """Decide about messages of different people; {message: address} of those in hand-off once this is committed.

    In the caller's transaction. `wanted`: message, person as rendered for, server; the rules are those of the round.
    Nothing of a campaign that was paused or stopped meanwhile goes: its messages are planned again.
    """
    held = _lock_people(subject.person_id for _, subject, _ in wanted)
    rulings = _rule(campaign, rules, wanted, at, held)
    going = write_rulings(rulings, at, holder=holder)
    if campaign.purpose != TRANSACTIONAL:
        _reserve([r for r in rulings if r.message.id in going], campaign.channel, at)
    return {r.message.id: r.address for r in rulings if r.message.id in going}


def _rule(
    campaign: Campaign, rules: Rules, wanted: Sequence[tuple[Claimed, Subject, int]], at: int, held: set[int]
) -> list[Ruling]:
    """Merged with somebody else since the lock was taken, a person is asked about again in the next round."""
    if not Campaign.objects.filter(id=campaign.id, paused_us=None, stopped_us=None).exists():
        return [Ruling(message, _again(at)) for message, _, _ in wanted]
    known = subjects_again(campaign, {m.node_id: subject for m, subject, _ in wanted}, at, rules=rules)
    engine, found = Engine(rules), []
    for message, _, server in wanted:
        subject = known[message.node_id]
        sure = subject.gone or subject.person_id in held
        decision = engine.decide(subject, at, message.expires_us) if sure else _again(at)
        found.append(Ruling(message, decision, subject.address, server, message.language or subject.language))
    return found


def _again(at: int) -> Decision:
    return Decision("wait", "again", at, {})


def _own(messages: Iterable[Claimed]) -> dict[int, str]:
    return {m.node_id: m.address for m in messages if m.address}


def _lock_people(person_ids: Iterable[int]) -> set[int]:
    """One worker at a time counts the slots of a person. In order, so that two cannot wait in a circle."""
    held = set(person_ids)
    if connection.vendor == "postgresql":
        keys = sorted({person % 2**31 for person in held})
        bulk.query("SELECT pg_advisory_xact_lock(%s, k) FROM unnest(%s::int[]) AS k", [LOCKS, keys])
    return held


STATE_OF = {"send": State.HANDING_OFF, "wait": State.PLANNED, "skip": State.SKIPPED}
COLUMNS = {"mid": "bigint", "to_state": "bigint", "due": "bigint", "said": "text", "addr": "text",
           "server": "bigint", "lang": "text"}  # fmt: skip


def write_rulings(rulings: Sequence[Ruling], at: int, *, holder: str) -> set[int]:
    """Store decisions on messages that this worker still holds; the ids of those now in hand-off."""
    rows = [
        (r.message.id, int(STATE_OF[r.decision.verdict]), _due(r, at), text, r.address, r.server_id, r.language[:12])
        for r, text in zip(rulings, _texts(rulings, at), strict=True)
    ]
    if not rows:
        return set()
    table, params = bulk.table(COLUMNS, rows)
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    found = bulk.query(
        f"UPDATE {Message._meta.db_table} SET state = v.to_state, due_us = v.due, decision = v.said{cast},"
        " decided_us = %s, address = CASE WHEN v.to_state = 2 THEN v.addr ELSE address END,"
        " language = CASE WHEN v.to_state = 2 THEN v.lang ELSE language END,"
        " server_id = CASE WHEN v.to_state = 2 THEN v.server ELSE server_id END,"
        " claimed_by = CASE WHEN v.to_state = 2 THEN claimed_by ELSE '' END,"
        " ended_us = CASE WHEN v.to_state = 7 THEN %s ELSE ended_us END"
        f" FROM {table} WHERE channels_message.id = v.mid AND state = 1 AND claimed_by = %s RETURNING id, state",
        [at, at, *params, holder],
    )
    return {id_ for id_, state in found if state == State.HANDING_OFF}


def _texts(rulings: Sequence[Ruling], at: int) -> list[str]:
    """The decisions as JSON; those who share one share its text."""
    said: dict[int, str] = {}
    for ruling in rulings:
        if id(ruling.decision) not in said:
            said[id(ruling.decision)] = json.dumps(ruling.decision.stored(at), separators=(",", ":"))
    return [said[id(ruling.decision)] for ruling in rulings]


def _due(ruling: Ruling, at: int) -> int:
    until = ruling.decision.until_us if ruling.decision.verdict == "wait" else None
    return ruling.message.due_us if until is None or ruling.decision.rule == "again" else until


def _reserve(going: Sequence[Ruling], channel: str, at: int) -> None:
    """The slot each of these takes in the caps of its person."""
    bulk.insert(
        Contact,
        ("node_id", "message_id", "channel", "at"),
        [(r.message.node_id, r.message.id, channel, at) for r in going],
        conflict="(message_id) DO NOTHING",
    )
