"""A person turned out to be two: each lot belongs to its own node again, and what was used jointly is settled.

Whoever used points of the other pays with points of their own; what these do not cover is a debt, and a person is
asked to look at it. Merging needs nothing: sums are over nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from regulars.core import bulk
from regulars.inbox.actions import open_case
from regulars.loyalty.ledger.cases import POINTS
from regulars.loyalty.ledger.clock import EXPIRE, RELEASE, settle
from regulars.loyalty.ledger.desk import Numbers, put
from regulars.loyalty.ledger.kinds import Ask, post
from regulars.loyalty.ledger.loading import load_lots, load_open_holds, load_open_lots, lock_books, make_books
from regulars.loyalty.ledger.purse import Posting, Purse
from regulars.loyalty.ledger.rounds import open_groups, persons_around
from regulars.loyalty.ledger.writing import write

JOINT = """SELECT coalesce(t.reverses_id, t.id) AS root, l.programme_id, l.asset, m.lot_id, m.node_id,
 CASE WHEN m.state_to IN ('spent', 'clawed') THEN m.state_to ELSE m.state_from END AS state,
 sum(CASE WHEN m.state_to IN ('spent', 'clawed') THEN m.amount ELSE -m.amount END) AS used
 FROM loyalty_lotmove m JOIN loyalty_txn t ON t.id = m.txn_id JOIN loyalty_lot l ON l.id = m.lot_id
 JOIN people_node mine ON mine.id = l.node_id JOIN people_node theirs ON theirs.id = m.node_id
 WHERE l.node_id IN {nodes} AND m.node_id <> l.node_id AND mine.person_id <> theirs.person_id
 AND (m.state_to IN ('spent', 'clawed') OR m.state_from IN ('spent', 'clawed'))
 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 4, 5"""
CROSSED = """SELECT DISTINCT h.id, h.programme_id, h.asset FROM loyalty_hold h
 JOIN loyalty_lotmove m ON m.txn_id = h.id JOIN loyalty_lot l ON l.id = m.lot_id
 JOIN people_node mine ON mine.id = l.node_id JOIN people_node theirs ON theirs.id = h.node_id
 WHERE h.node_id IN {nodes} AND h.captured_us IS NULL AND h.released_us IS NULL
 AND mine.person_id <> theirs.person_id"""


def settle_parting(person_ids: Sequence[int], *, at: int) -> None:
    """Settle between these people, who were one, in the transaction that parts them."""
    parts = persons_around(person_ids)
    nodes = [node for part in parts for node in part]
    joint = _joint(nodes)
    for programme, asset in sorted(joint.keys() | _crossed(nodes).keys()):
        with transaction.atomic():
            _settle(programme, asset, parts, at)


def settle_apart(groups: Sequence[Sequence[int]], *, at: int) -> None:
    """Post what was due before these groups became one, each by itself, in the transaction that joins them."""
    nodes = sorted(node for group in groups for node in group)
    table, params = bulk.ids(nodes)
    rows = bulk.query(
        f"SELECT DISTINCT programme_id, asset FROM loyalty_balance WHERE node_id IN {table} AND due_us <= %s"
        " ORDER BY 1, 2",
        [*params, at],
    )
    for programme, asset in rows:
        like, numbers = Ask(programme, asset, "", "", "", 0, at, at), Numbers()
        purses = open_groups(groups, programme_id=programme, asset=asset)
        write([(purse, settle(purse, like, numbers)) for purse in purses])


def pay_debts_of(person_id: int, *, at: int) -> None:
    """What a person who was two owes is paid at once, if there is anything to pay with."""
    rows = bulk.query(
        "SELECT b.programme_id, b.asset FROM people_node n JOIN loyalty_balance b ON b.node_id = n.id"
        " WHERE n.person_id = %s GROUP BY 1, 2 HAVING sum(b.debt) > 0 AND sum(b.active + b.pending + b.held) > 0",
        [person_id],
    )
    for programme, asset in rows:
        key = f"joined:{person_id}:{at}"
        put(Ask(programme, asset, "pay", "people", key, person_id, at, at, said={}))


def _joint(nodes: list[int]) -> dict[tuple[int, str], dict[int, list[list]]]:
    """(programme, asset) -> posting -> [[lot, amount, for whose sake, state]] that crosses between people."""
    table, params = bulk.ids(nodes)
    found: dict[tuple[int, str], dict[int, list[list]]] = defaultdict(lambda: defaultdict(list))
    for root, programme, asset, lot, sake, state, used in bulk.query(JOINT.format(nodes=table), params):
        if used:
            found[programme, asset][root].append([lot, int(used), sake, state])
    return found


def _crossed(nodes: list[int]) -> dict[tuple[int, str], list[int]]:
    """Open holds of one with lots of another."""
    table, params = bulk.ids(nodes)
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for hold, programme, asset in bulk.query(CROSSED.format(nodes=table), params):
        found[programme, asset].append(hold)
    return found


def _settle(programme: int, asset: str, parts: list[list[int]], at: int) -> None:
    nodes = sorted(node for part in parts for node in part)
    make_books(programme, asset, nodes)
    purse = Purse(lock_books(programme, asset, nodes), whole=True)
    load_open_lots([purse], programme, asset)
    load_open_holds([purse], programme, asset)
    numbers, like = Numbers(), Ask(programme, asset, "", "", "", 0, at, at)
    made = _end_holds(purse, _crossed(nodes)[programme, asset], like, numbers)
    joint = _joint(nodes)[programme, asset]
    load_lots(purse, [lot for rows in joint.values() for lot, *_ in rows])
    for kind, asked in (("split", _restored), ("charge", _owed)):  # all goes back before anybody pays
        for root, rows in sorted(joint.items()):
            what = {"parts": parts, "root": root} | asked(rows)
            ask = replace(like, kind=kind, source="people", key=f"{root}:{at}", node_id=rows[0][2], what=what,
                          said=what, reverses_id=root)  # fmt: skip
            made.append(post(purse, ask, numbers()))
    for part in parts:
        theirs = purse.part(part)
        made += settle(theirs, like, numbers, upto=EXPIRE)
        if theirs.portions(theirs.total("debt")):  # what they owed before
            ask = replace(like, kind="pay", source="people", key=f"parted:{part[0]}:{at}", node_id=part[0], said={})
            made.append(post(theirs, ask, numbers()))
    write([(purse, made)])
    _ask_somebody(purse, joint, parts, at)


def _restored(rows: list[list]) -> dict:
    return {"joint": rows}


def _owed(rows: list[list]) -> dict:
    """[[for whose sake, amount, state]]."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for _, amount, sake, state in rows:
        sums[sake, state] += amount
    return {"owed": [[sake, amount, state] for (sake, state), amount in sorted(sums.items())]}


def _end_holds(purse: Purse, holds: list[int], like: Ask, numbers: Numbers) -> list[Posting]:
    """A hold on another's points ends: the checkout hears so when it captures."""
    for hold_id in sorted(holds):
        purse.holds[hold_id].expires_us = min(purse.holds[hold_id].expires_us, like.at)
    return settle(purse, like, numbers, upto=RELEASE) if holds else []


def _ask_somebody(purse: Purse, joint: dict[int, list[list]], parts: list[list[int]], at: int) -> None:
    """A case for each person who owes because of this."""
    for part in parts:
        used = {sake for rows in joint.values() for _, _, sake, _ in rows if sake in part}
        owed = min(purse.part(part).total("debt"), _used(joint, used))
        if used and owed:
            open_case(
                origin=f"loyalty:split:{min(part)}:{at}",
                kind=POINTS,
                title=f"{owed} points of somebody else were used",
                body="Two people were taken for one and are separated again. The points that belonged to the other "
                "were given back; what is missing is owed, and paid by the next points earned. Forgive it by hand, "
                "or leave it.",
                node_id=min(used),
                facts={"owed": owed, "postings": sorted(joint)},
                at=at,
            )


def _used(joint: dict[int, list[list]], sakes: set[int]) -> int:
    return sum(amount for rows in joint.values() for _, amount, sake, _ in rows if sake in sakes)
