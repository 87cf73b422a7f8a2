"""The decision that counts: asked under a lock per person, committed with the slot it takes and the hand-off."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from regulars.channels.decisions import TRANSACTIONAL, Decision, Engine, Rules, Subject
from regulars.channels.delivery.asking import ask_again
from regulars.channels.delivery.claiming import Claimed
from regulars.channels.gathering import look_up, rules_of
from regulars.channels.models import Campaign, Contact, Message, State
from regulars.core import bulk
from regulars.core.prepared import Statement


class Ruling(NamedTuple):
    """A message, what is decided about it, and where it goes when it goes."""

    message: Claimed
    decision: Decision
    address: str = ""
    server_id: int | None = None
    language: str = ""


@dataclass(frozen=True)
class Seen:
    """A campaign's messages of a round with their people, and what the rules say before any lock. `nodes`: {person:
    nodes}."""

    rules: Rules
    rows: list[tuple[Claimed, Subject, Decision]]
    nodes: dict[int, list[int]]


def foresee(campaign: Campaign, messages: Sequence[Claimed], at: int) -> Seen:
    """The decision as it looks before any lock: what does not go is settled by it, what goes is asked once more."""
    rules = rules_of(campaign)
    given = list(dict.fromkeys(m.node_id for m in messages))
    known = look_up(campaign, given, at, rules=rules, addresses=_own(messages))
    engine, nodes = Engine(rules), defaultdict(list)
    for node, person in known.nodes.items():
        nodes[person].append(node)
    rows = [(m, s := known.of(m.node_id), engine.decide(s, at, m.expires_us)) for m in messages]
    return Seen(rules, rows, nodes)


def hand_off(
    campaign: Campaign,
    seen: Seen,
    wanted: Sequence[tuple[Claimed, Subject, int]],
    at: int,
    *,
    holder: str,
    along: Sequence[Statement] = (),
) -> dict[int, str]:
    """Decide about messages of different people; {message: address} of those in hand-off once this is committed.

    In the caller's transaction. `wanted`: message, person as rendered for, server; the rules are those of the round.
    Nothing of a campaign that was paused or stopped meanwhile goes: its messages are planned again. `along`: what
    else the caller wants written, in the same message to the database.
    """
    rulings = _rule(campaign, seen, wanted, at)
    statements = [_writing(rulings, at, holder)]
    if campaign.purpose != TRANSACTIONAL:
        statements.append(_reserving(rulings, campaign.channel, at, holder))
    moved, *_ = bulk.together([*statements, *along])
    going = {id_ for id_, state in moved if state == State.HANDING_OFF}
    return {r.message.id: r.address for r in rulings if r.message.id in going}


def _rule(campaign: Campaign, seen: Seen, wanted: Sequence[tuple[Claimed, Subject, int]], at: int) -> list[Ruling]:
    """Merged with somebody else since they were seen, people are asked about again in the next round."""
    people = {message.node_id: subject for message, subject, _ in wanted}
    known = ask_again(campaign, seen.rules, people, seen.nodes, at)
    if known is None:
        return [Ruling(message, _again(at)) for message, _, _ in wanted]
    engine, found = Engine(seen.rules), []
    for message, subject, server in wanted:
        now = known.get(message.node_id)
        decision = engine.decide(now, at, message.expires_us) if now else _again(at)
        found.append(Ruling(message, decision, subject.address, server, message.language or subject.language))
    return found


def _again(at: int) -> Decision:
    return Decision("wait", "again", at, {})


def _own(messages: Iterable[Claimed]) -> dict[int, str]:
    return {m.node_id: m.address for m in messages if m.address}


# the sums keep PostgreSQL from going through all that this worker claimed, dead rows too, for each message of a batch
CLAIMED, HANDING_OFF = "state + 0 = 1", "state + 0 = 2"
STATE_OF = {"send": State.HANDING_OFF, "wait": State.PLANNED, "skip": State.SKIPPED}
COLUMNS = {"mid": "bigint", "to_state": "bigint", "due": "bigint", "said": "text", "addr": "text",
           "server": "bigint", "lang": "text"}  # fmt: skip


def write_rulings(rulings: Sequence[Ruling], at: int, *, holder: str) -> None:
    """Store decisions on messages that this worker still holds."""
    bulk.together([_writing(rulings, at, holder)])


def _writing(rulings: Sequence[Ruling], at: int, holder: str) -> Statement:
    """Gives (message, state) of those that were still held."""
    rows = [
        (r.message.id, int(STATE_OF[r.decision.verdict]), _due(r, at), text, r.address, r.server_id, r.language[:12])
        for r, text in zip(rulings, _texts(rulings, at), strict=True)
    ]
    table, params = bulk.table(COLUMNS, rows)
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    return (
        f"UPDATE {Message._meta.db_table} SET state = v.to_state, due_us = v.due, decision = v.said{cast},"
        " decided_us = %s, address = CASE WHEN v.to_state = 2 THEN v.addr ELSE address END,"
        " language = CASE WHEN v.to_state = 2 THEN v.lang ELSE language END,"
        " server_id = CASE WHEN v.to_state = 2 THEN v.server ELSE server_id END,"
        " claimed_by = CASE WHEN v.to_state = 2 THEN claimed_by ELSE '' END,"
        " ended_us = CASE WHEN v.to_state = 7 THEN %s ELSE ended_us END"
        f" FROM {table} WHERE channels_message.id = v.mid AND {CLAIMED} AND claimed_by = %s RETURNING id, state",
        [at, at, *params, holder],
    )


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


def _reserving(rulings: Sequence[Ruling], channel: str, at: int, holder: str) -> Statement:
    """The slot each message now in hand-off takes in the caps of its person."""
    some, numbers = bulk.ids(r.message.id for r in rulings if r.decision.verdict == "send")
    return (
        f"INSERT INTO {Contact._meta.db_table} (node_id, message_id, channel, at)"
        f" SELECT node_id, id, CAST(%s AS text), CAST(%s AS bigint) FROM {Message._meta.db_table}"
        f" WHERE id IN {some} AND {HANDING_OFF} AND claimed_by = %s"
        " ON CONFLICT (message_id) DO NOTHING",
        [channel, at, *numbers, holder],
    )
