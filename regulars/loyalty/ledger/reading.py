"""What people have, true at any moment: also what is due but not posted yet is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from regulars.core import bulk
from regulars.loyalty.ledger.clock import settle
from regulars.loyalty.ledger.kinds import Ask
from regulars.loyalty.ledger.loading import BOOK, load_open_holds, load_open_lots
from regulars.loyalty.ledger.purse import Book, Purse

HAVE = """SELECT n.person_id, sum(b.pending), sum(b.active), sum(b.held), sum(b.debt), min(b.due_us)
 FROM people_node n JOIN loyalty_balance b ON b.node_id = n.id
 WHERE n.person_id IN {people} AND b.programme_id = %s AND b.asset = %s GROUP BY n.person_id"""
BOOKS = """SELECT n.person_id, {columns} FROM people_node n JOIN loyalty_balance b ON b.node_id = n.id
 WHERE n.person_id IN {people} AND b.programme_id = %s AND b.asset = %s"""


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
    settled = _settled(late, programme_id, asset, at) if late else {}
    return {person: settled.get(person) or _after(have) for person, have in found.items()}


def balance(*, programme_id: int, person_id: int, at: int, asset: str = "points") -> Have:
    """What the person has at the moment."""
    return balances([person_id], programme_id=programme_id, at=at, asset=asset).get(person_id, Have())


def _settled(late: list[int], programme_id: int, asset: str, at: int) -> dict[int, Have]:
    """What these will have as soon as what is due is posted: by the same rules, on a purse that nobody writes."""
    people, ids = bulk.ids(late)
    purses: dict[int, Purse] = {person: Purse({}) for person in late}
    columns = ", ".join(f"b.{name}" for name in BOOK)
    for person, *book in bulk.query(BOOKS.format(columns=columns, people=people), [*ids, programme_id, asset]):
        purses[person].books[book[0]] = Book(*book)
    load_open_lots(list(purses.values()), programme_id, asset)
    load_open_holds(list(purses.values()), programme_id, asset)
    like, numbers = Ask(programme_id, asset, "", "", "", 0, at, at), count(1)
    for purse in purses.values():
        settle(purse, like, lambda: next(numbers))
    return {
        person: Have(*map(purse.total, ("active", "pending", "held", "debt"))) for person, purse in purses.items()
    }


def _after(have: Have) -> Have:
    paid = min(have.debt, max(0, have.active))
    return Have(have.active - paid, have.pending, have.held, have.debt - paid)
