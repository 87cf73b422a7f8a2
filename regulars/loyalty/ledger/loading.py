"""From the tables to a purse: locked books, the lots that are open, holds with what they put aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from regulars.core import bulk
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.ledger.purse import Book, HoldNow, LotNow, Purse

LOT = ("id", "node_id", "granted", "granted_us", "activates_us", "expires_us", "cause", "funder", "origin",
       "order_line", "rule", "of_lot_id", "pending", "active", "held", "spent", "expired", "clawed")  # fmt: skip
BOOK = ("node_id", "pending", "active", "held", "debt", "due_us", "version")
HOLD = ("id", "node_id", "amount", "made_us", "expires_us", "captured_us", "released_us")


def people_nodes(node_id: int) -> list[int]:
    """All nodes of the person this node belongs to now, oldest first. Raises CannotPost when it is nobody's."""
    rows = bulk.query(
        "SELECT id FROM people_node WHERE person_id = (SELECT person_id FROM people_node WHERE id = %s) ORDER BY id",
        [node_id],
    )
    if not rows:
        raise CannotPost("There is no such person: they were erased, or never were.")
    return [row[0] for row in rows]


def load_books(programme_id: int, asset: str, nodes: list[int], acting: int) -> dict[int, Book]:
    """The balances of these nodes, locked until commit; the oldest and the acting node get one if need be."""
    books = _locked(programme_id, asset, nodes)
    missing = {nodes[0], acting} - books.keys()
    if missing:
        bulk.execute(
            "INSERT INTO loyalty_balance (node_id, programme_id, asset, pending, active, held, debt, version) VALUES "
            + ", ".join(["(%s, %s, %s, 0, 0, 0, 0, 0)"] * len(missing))
            + " ON CONFLICT (node_id, programme_id, asset) DO NOTHING",
            [value for node in sorted(missing) for value in (node, programme_id, asset)],
        )
        books = _locked(programme_id, asset, nodes)
    return books


def _locked(programme_id: int, asset: str, nodes: list[int]) -> dict[int, Book]:
    marks = ", ".join(["%s"] * len(nodes))
    lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    rows = bulk.query(
        f"SELECT {', '.join(BOOK)} FROM loyalty_balance WHERE node_id IN ({marks}) AND programme_id = %s"
        f" AND asset = %s ORDER BY node_id{lock}",
        [*nodes, programme_id, asset],
    )
    return {row[0]: Book(*row) for row in rows}


def load_open_lots(purse: Purse, ask: Any) -> None:
    """All lots of the purse that have something pending, active or held."""
    marks = ", ".join(["%s"] * len(purse.books))
    where = f"node_id IN ({marks}) AND rest > 0 AND programme_id = %s AND asset = %s"
    _add(purse, where, [*purse.books, ask.programme_id, ask.asset])


def load_lots(purse: Purse, ids: Iterable[int]) -> None:
    """Lots by number, also closed ones."""
    missing = set(ids) - purse.lots.keys()
    if missing:
        table, params = bulk.ids(missing)
        _add(purse, f"id IN {table}", params)


def _add(purse: Purse, where: str, params: list[Any]) -> None:
    rows = bulk.query(f"SELECT {', '.join(LOT)} FROM loyalty_lot WHERE {where}", params)
    purse.lots.update((row[0], LotNow(*row)) for row in rows)


def load_holds(purse: Purse, ask: Any, ids: Collection[int]) -> None:
    """The open holds of the purse, and those with these numbers."""
    table, params = bulk.ids(purse.books)
    wanted, more = bulk.ids(ids)
    rows = bulk.query(
        f"SELECT {', '.join(HOLD)} FROM loyalty_hold WHERE programme_id = %s AND asset = %s AND (id IN {wanted}"
        f" OR (node_id IN {table} AND captured_us IS NULL AND released_us IS NULL))",
        [ask.programme_id, ask.asset, *more, *params],
    )
    parts = _parts([row[0] for row in rows])
    for id_, node, amount, made, expires, captured, released in rows:
        purse.holds[id_] = HoldNow(id_, node, amount, made, expires, parts.get(id_, []), captured, released)


def _parts(holds: list[int]) -> dict[int, list[tuple[int, int]]]:
    """What each hold put aside, in the order in which it was taken."""
    table, params = bulk.ids(holds)
    found: dict[int, list[tuple[int, int]]] = {}
    for hold, lot, amount in bulk.query(
        "SELECT txn_id, lot_id, amount FROM loyalty_lotmove"
        f" WHERE txn_id IN {table} AND state_to = 'held' ORDER BY id",
        params,
    ):
        found.setdefault(hold, []).append((lot, amount))
    return found
