"""What people have, true at any moment: also what is due but not posted yet is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.core import bulk

HAVE = """SELECT n.person_id, sum(b.pending), sum(b.active), sum(b.held), sum(b.debt), min(b.due_us)
 FROM people_node n JOIN loyalty_balance b ON b.node_id = n.id
 WHERE n.person_id IN {people} AND b.programme_id = %s AND b.asset = %s GROUP BY n.person_id"""
DUE = """SELECT n.person_id,
 sum(CASE WHEN l.activates_us <= %s THEN l.pending ELSE 0 END),
 sum(CASE WHEN l.expires_us <= %s THEN l.active + CASE WHEN l.activates_us <= %s THEN l.pending ELSE 0 END ELSE 0 END)
 FROM people_node n JOIN loyalty_lot l ON l.node_id = n.id
 WHERE n.person_id IN {people} AND l.programme_id = %s AND l.asset = %s AND l.rest > 0 GROUP BY n.person_id"""
OVER = """SELECT n.person_id, sum(m.amount), sum(CASE WHEN l.expires_us <= %s THEN m.amount ELSE 0 END)
 FROM people_node n JOIN loyalty_hold h ON h.node_id = n.id
 JOIN loyalty_lotmove m ON m.txn_id = h.id AND m.state_to = 'held' JOIN loyalty_lot l ON l.id = m.lot_id
 WHERE n.person_id IN {people} AND h.programme_id = %s AND h.asset = %s
 AND h.captured_us IS NULL AND h.released_us IS NULL AND h.expires_us <= %s GROUP BY n.person_id"""


@dataclass(frozen=True)
class Have:
    """What one person has. `active` can be spent now; a debt is paid before anything is active."""

    active: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0


def balances(person_ids: Sequence[int], *, programme_id: int, at: int, asset: str = "points") -> dict[int, Have]:
    """What these people have at the moment; whoever never had any is absent."""
    people, ids = bulk.ids(set(person_ids))
    found: dict[int, Have] = {}
    late = []
    for person, pending, active, held, debt, due in bulk.query(
        HAVE.format(people=people), [*ids, programme_id, asset]
    ):
        found[person] = Have(int(active), int(pending), int(held), int(debt))
        if due is not None and due <= at:
            late.append(person)
    settled = _settled(late, found, programme_id, asset, at) if late else {}
    return {person: settled.get(person) or _after(have) for person, have in found.items()}


def balance(*, programme_id: int, person_id: int, at: int, asset: str = "points") -> Have:
    """What the person has at the moment."""
    return balances([person_id], programme_id=programme_id, at=at, asset=asset).get(person_id, Have())


def _settled(late: list[int], found: dict[int, Have], programme_id: int, asset: str, at: int) -> dict[int, Have]:
    """What these will have as soon as what is due is posted."""
    people, ids = bulk.ids(late)
    lots = bulk.query(DUE.format(people=people), [at, at, at, *ids, programme_id, asset])
    holds = bulk.query(OVER.format(people=people), [at, *ids, programme_id, asset, at])
    due = {person: (int(ripe), int(gone)) for person, ripe, gone in lots}
    over = {person: (int(back), int(gone)) for person, back, gone in holds}
    return {person: _after(found[person], *due.get(person, (0, 0)), *over.get(person, (0, 0))) for person in late}


def _after(have: Have, ripe: int = 0, gone: int = 0, back: int = 0, back_gone: int = 0) -> Have:
    active = have.active + ripe + back - gone - back_gone
    paid = min(have.debt, max(0, active))
    return Have(active - paid, have.pending - ripe, have.held - back, have.debt - paid)
