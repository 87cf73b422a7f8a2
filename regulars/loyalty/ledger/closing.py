"""The books of somebody who is erased: what is left can be claimed by nobody, what is owed is written off."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core import bulk
from regulars.loyalty.ledger.desk import Numbers
from regulars.loyalty.ledger.kinds import Ask, post
from regulars.loyalty.ledger.rounds import open_purses
from regulars.loyalty.ledger.writing import write


def close_books(node_ids: Sequence[int], at: int) -> int:
    """Post the end of these nodes' points, in the transaction that erases them. Amounts stay; returns how many rows
    ended."""
    table, params = bulk.ids(node_ids)
    where = f"node_id IN {table} AND (pending > 0 OR active > 0 OR held > 0 OR debt > 0)"
    books = bulk.query(f"SELECT node_id, programme_id, asset FROM loyalty_balance WHERE {where}", params)
    for programme, asset in sorted({(programme, asset) for _, programme, asset in books}):
        nodes = [node for node, *rest in books if tuple(rest) == (programme, asset)]
        _close(nodes, programme, asset, at)
    return len(books)


def _close(nodes: list[int], programme: int, asset: str, at: int) -> None:
    numbers, made = Numbers(), []
    for purse in open_purses(nodes, programme_id=programme, asset=asset):
        node = min(purse.books)
        ask = Ask(programme, asset, "close", "people", f"node:{node}:{at}", node, at, at)
        made.append((purse, [post(purse, ask, numbers())]))
    write(made)
