"""From the tables to a purse: locked books, the lots that are open, holds with what they put aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from regulars.core import bulk
from regulars.core.prepared import Statement
from regulars.loyalty.ledger.errors import NoSuchPerson
from regulars.loyalty.ledger.purse import Book, HoldNow, LotNow, Purse

LOT = ("id", "node_id", "granted", "granted_us", "activates_us", "expires_us", "cause", "funder", "origin",
       "order_line", "rule", "of_lot_id", "budget_id",
       "pending", "active", "held", "spent", "expired", "clawed")  # fmt: skip
BOOK = ("node_id", "pending", "active", "held", "debt", "due_us", "version")
HOLD = ("id", "node_id", "amount", "made_us", "expires_us", "captured_us", "released_us")


def people_nodes(node_id: int) -> list[int]:
    """All nodes of the person this node belongs to now, oldest first. Raises CannotPost when it is nobody's."""
    rows = bulk.query(
        "SELECT id FROM people_node WHERE person_id = (SELECT person_id FROM people_node WHERE id = %s) ORDER BY id",
        [node_id],
    )
    if not rows:
        raise NoSuchPerson
    return [row[0] for row in rows]


def ready_nodes(ask: Any) -> list[int]:
    """The same, with a book for the oldest and the acting one, made now if need be.

    Books are made before any is locked: whoever makes one waits for nobody who waits for them.
    """
    rows = bulk.query(
        "SELECT n.id, b.id FROM people_node n LEFT JOIN loyalty_balance b ON b.node_id = n.id AND b.programme_id = %s"
        " AND b.asset = %s WHERE n.person_id = (SELECT person_id FROM people_node WHERE id = %s) ORDER BY n.id",
        [ask.programme_id, ask.asset, ask.node_id],
    )
    if not rows:
        raise NoSuchPerson
    without = {node for node, book in rows if book is None}
    if missing := without & {rows[0][0], ask.node_id}:
        make_books(ask.programme_id, ask.asset, missing)
    return [row[0] for row in rows]


def make_books(programme_id: int, asset: str, nodes: Iterable[int]) -> None:
    """Empty books for nodes that have none."""
    rows = [(node, programme_id, asset) for node in sorted(nodes)]
    bulk.execute(
        "INSERT INTO loyalty_balance (node_id, programme_id, asset, pending, active, held, debt, version) VALUES "
        + ", ".join(["(%s, %s, %s, 0, 0, 0, 0, 0)"] * len(rows))
        + " ON CONFLICT (node_id, programme_id, asset) DO NOTHING",
        [value for row in rows for value in row],
    )


def opening(ask: Any, *, lots: bool) -> list[Statement]:
    """What `opened` reads: locks the books of the person; then, as seen after the lock, their nodes with the numbers
    of their books and, if wanted, their open lots."""
    person = "(SELECT person_id FROM people_node WHERE id = %s)"
    lock = " FOR NO KEY UPDATE OF b" if connection.vendor == "postgresql" else ""
    books = (
        f"SELECT {', '.join(f'b.{name}' for name in BOOK)} FROM people_node n JOIN loyalty_balance b"
        f" ON b.node_id = n.id AND b.programme_id = %s AND b.asset = %s WHERE n.person_id = {person}"
        f" ORDER BY b.node_id{lock}"
    )
    columns = "".join(f", l.{name}" for name in LOT) if lots else ""
    join = (
        " LEFT JOIN loyalty_lot l ON l.node_id = n.id AND l.rest > 0 AND l.programme_id = %s AND l.asset = %s"
        if lots
        else ""
    )
    nodes = (
        f"SELECT n.id, b.id{columns} FROM people_node n LEFT JOIN loyalty_balance b ON b.node_id = n.id"
        f" AND b.programme_id = %s AND b.asset = %s{join} WHERE n.person_id = {person} ORDER BY n.id"
    )
    which = [ask.programme_id, ask.asset]
    return [(books, [*which, ask.node_id]), (nodes, [*which, *(which if lots else ()), ask.node_id])]


def opened(ask: Any, locked: list[tuple], seen: list[tuple]) -> tuple[int, Purse] | None:
    """(the person, their purse) of the rows of `opening`; None when what is locked is not what is theirs by now, or
    a book is still to be made. Raises NoSuchPerson."""
    if not seen:
        raise NoSuchPerson
    purse = Purse({row[0]: Book(*row) for row in locked})
    have = {node for node, book, *_ in seen if book is not None}
    person = seen[0][0]
    if have != purse.books.keys() or not {person, ask.node_id} <= have:
        return None
    purse.lots = {row[2]: LotNow(*row[2:]) for row in seen if len(row) > 2 and row[2] is not None}
    return person, purse


def lock_books(programme_id: int, asset: str, nodes: Collection[int]) -> dict[int, Book]:
    """The books of these nodes, locked until commit in the order of the nodes."""
    table, params = _among(nodes)
    lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    rows = bulk.query(
        f"SELECT {', '.join(BOOK)} FROM loyalty_balance WHERE node_id IN {table} AND programme_id = %s"
        f" AND asset = %s ORDER BY node_id{lock}",
        [*params, programme_id, asset],
    )
    return {row[0]: Book(*row) for row in rows}


def _among(ids: Collection[int]) -> tuple[str, list[Any]]:
    """For IN: a few are written out, which the planner of the database likes better."""
    return (f"({', '.join(['%s'] * len(ids))})", list(ids)) if 0 < len(ids) < 20 else bulk.ids(ids)


def load_open_lots(purses: Sequence[Purse], programme_id: int, asset: str) -> None:
    """All lots of the purses that have something pending, active or held."""
    home = {node: purse for purse in purses for node in purse.books}
    table, params = _among(home)
    for row in _lots(f"node_id IN {table} AND rest > 0 AND programme_id = %s AND asset = %s",
                     [*params, programme_id, asset]):  # fmt: skip
        home[row[1]].lots[row[0]] = LotNow(*row)


def load_lots(purse: Purse, ids: Iterable[int]) -> None:
    """Lots by number, also closed ones."""
    missing = set(ids) - purse.lots.keys()
    if missing:
        table, params = _among(missing)
        purse.lots.update((row[0], LotNow(*row)) for row in _lots(f"id IN {table}", params))


def _lots(where: str, params: list[Any]) -> list[tuple]:
    return bulk.query(f"SELECT {', '.join(LOT)} FROM loyalty_lot WHERE {where}", params)


def load_open_holds(purses: Sequence[Purse], programme_id: int, asset: str) -> None:
    """The open holds of the purses."""
    home = {node: purse for purse in purses for node in purse.books}
    table, params = _among(home)
    where = f"programme_id = %s AND asset = %s AND node_id IN {table} AND captured_us IS NULL AND released_us IS NULL"
    for hold in _holds(where, [programme_id, asset, *params]):
        home[hold.node_id].holds[hold.id] = hold


def load_hold(purse: Purse, hold_id: int) -> None:
    """One hold, open or not."""
    if hold_id not in purse.holds:
        purse.holds.update((hold.id, hold) for hold in _holds("id = %s", [hold_id]))


def _holds(where: str, params: list[Any]) -> list[HoldNow]:
    rows = bulk.query(f"SELECT {', '.join(HOLD)} FROM loyalty_hold WHERE {where} ORDER BY id", params)
    parts = _parts([row[0] for row in rows]) if rows else {}
    return [HoldNow(*row[:5], parts.get(row[0], []), *row[5:]) for row in rows]


def _parts(holds: list[int]) -> dict[int, list[tuple[int, int]]]:
    """What each hold put aside, in the order in which it was taken."""
    table, params = _among(holds)
    found: dict[int, list[tuple[int, int]]] = {}
    for hold, lot, amount in bulk.query(
        "SELECT txn_id, lot_id, amount FROM loyalty_lotmove"
        f" WHERE txn_id IN {table} AND state_to = 'held' ORDER BY id",
        params,
    ):
        found.setdefault(hold, []).append((lot, amount))
    return found
