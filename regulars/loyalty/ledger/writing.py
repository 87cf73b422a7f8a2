"""From postings to the tables: legs, lots and moves first, the transaction that closes them last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.log import tx_sql
from regulars.core.prepared import Statement
from regulars.loyalty.ledger.hashing import request_hash
from regulars.loyalty.ledger.loading import LOT
from regulars.loyalty.ledger.purse import NEVER, Book, HoldNow, LotNow, Posting, Purse
from regulars.loyalty.models import Entry, Lot, LotMove

TXN = ("id", "programme_id", "asset", "kind", "source", "external_id", "node_id", "amount", "after", "occurred_us",
       "recorded_us", "actor", "rule_version", "reverses_id", "request_hash", "request")  # fmt: skip
ENTRY = ("txn_id", "asset", "account", "owner_id", "amount")
MOVE = ("txn_id", "lot_id", "state_from", "state_to", "amount", "node_id")
NEW_LOT = (*LOT, "programme_id", "asset", "rest")
STATES = ("pending", "active", "held", "spent", "expired", "clawed")
SUMS = ("pending", "active", "held", "debt", "due_us", "version")
FEW = 40
declare("ledger.write.between")


Made = Sequence[tuple[Purse, Sequence[Posting]]]


def write(made: Made) -> None:
    """All of the postings, by purse, with the sums as they are now. A handful of statements for any number, which
    PostgreSQL gets in one message."""
    bulk.together(_statements(made))


def _statements(made: Made) -> Iterator[Statement]:
    """In their order. Many rows of one table go in at once, before the rest: the transactions come last."""
    postings = [posting for _, some in made for posting in some]
    if not postings:
        return
    yield from _insert(Entry, ENTRY, [row for posting in postings for row in entry_rows(posting)])
    yield from _insert(Lot, NEW_LOT, [row for posting in postings for row in lot_rows(posting)])
    yield from _update_lots([lot for purse, some in made for lot in _changed(purse, some)])
    yield from _insert(LotMove, MOVE, [row for posting in postings for row in move_rows(posting)])
    yield from _write_holds(postings)
    failpoint("ledger.write.between")
    yield from _write_books(made, postings[0].ask)
    yield _insert_txns([txn_row(posting) for posting in postings])


def _changed(purse: Purse, some: Sequence[Posting]) -> list[LotNow]:
    """Lots that were there before and are not as they were."""
    fresh = {lot.id for posting in some for lot in posting.granted}
    return [purse.lots[id_] for id_ in sorted({move[0] for one in some for move in one.moves} - fresh)]


def entry_rows(posting: Posting) -> list[tuple]:
    """Legs that cancelled each other within the posting are none."""
    asset = posting.ask.asset
    return [(posting.id, asset, account, owner, n) for (account, owner), n in posting.legs.items() if n]


def lot_rows(posting: Posting) -> list[tuple]:
    ask = posting.ask
    return [lot_row(lot, ask.programme_id, ask.asset) for lot in posting.granted]


def lot_row(lot: LotNow, programme_id: int, asset: str) -> tuple:
    """All columns of NEW_LOT."""
    return (*(getattr(lot, name) for name in LOT), programme_id, asset, lot.pending + lot.active + lot.held)


def move_rows(posting: Posting) -> list[tuple]:
    return [(posting.id, *move) for move in posting.moves]


def txn_row(posting: Posting, digest: str = "") -> tuple:
    """All columns of TXN. The request holds what is needed to post it again: also whose nodes it saw."""
    ask, request = posting.ask, dict(posting.ask.what)
    if len(posting.purse.books) > 1:
        request["nodes"] = sorted(posting.purse.books)
    return (posting.id, ask.programme_id, ask.asset, ask.kind, ask.source, ask.key, ask.node_id, posting.amount,
            posting.after, ask.occurred_us, ask.at, ask.actor, ask.rule_version, ask.reverses_id,
            digest or request_hash(ask), json.dumps(request, sort_keys=True))  # fmt: skip


def _insert(model: type[models.Model], columns: Sequence[str], rows: list[tuple]) -> Iterator[Statement]:
    if len(rows) > FEW:
        bulk.insert(model, columns, rows)
    elif rows:
        yield _insert_rows(model._meta.db_table, columns, rows)


def _insert_rows(table: str, columns: Sequence[str], rows: list[tuple]) -> Statement:
    marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}", [value for row in rows for value in row]


def _insert_txns(rows: list[tuple]) -> Statement:
    one = f"({', '.join(['%s'] * len(TXN))}, {tx_sql()})"
    flat = [value for row in rows for value in row]
    return f"INSERT INTO loyalty_txn ({', '.join(TXN)}, tx) VALUES {', '.join([one] * len(rows))}", flat


def _update_lots(lots: list[LotNow]) -> Iterator[Statement]:
    columns = ("rest", *STATES)
    rows = [(lot.pending + lot.active + lot.held, *(getattr(lot, s) for s in STATES), lot.id) for lot in lots]
    return _update("loyalty_lot", columns, rows, key="id")


def _update(table: str, columns: Sequence[str], rows: list[tuple], *, key: str, more: str = "",
            given: Sequence[Any] = ()) -> Iterator[Statement]:  # fmt: skip
    """Sets the columns of some rows, each row ending with its key. One by one when they are few: that is planned once
    per connection, a join with a list each time."""
    if 0 < len(rows) <= 3:
        sets = ", ".join(f"{name} = %s" for name in columns)
        for row in rows:
            yield f"UPDATE {table} SET {sets} WHERE {key} = %s{more}", [*row, *given]
    elif rows:
        names = [f"{name}_" for name in (*columns, key)]
        values, params = bulk.table(dict.fromkeys(names, "bigint"), rows)
        sets = ", ".join(f"{name} = v.{name}_" for name in columns)
        yield f"UPDATE {table} SET {sets} FROM {values} WHERE {key} = v.{key}_{more}", [*params, *given]


def _write_holds(postings: Sequence[Posting]) -> Iterator[Statement]:
    return (_write_hold(hold, posting) for posting in postings for hold in posting.holds)


def _write_hold(hold: HoldNow, posting: Posting) -> Statement:
    if hold.id == posting.id:
        names = ("id", "programme_id", "asset", "node_id", "amount", "made_us", "expires_us")
        ask = posting.ask
        row = (hold.id, ask.programme_id, ask.asset, hold.node_id, hold.amount, hold.made_us, hold.expires_us)
        return _insert_rows("loyalty_hold", names, [row])
    times = [hold.captured_us, hold.released_us, hold.id]
    return "UPDATE loyalty_hold SET captured_us = %s, released_us = %s WHERE id = %s", times


def _write_books(made: Made, ask: Any) -> Iterator[Statement]:
    books = [book for purse, some in made for book in _touched(purse, some)]
    rows = [(*(getattr(book, name) for name in SUMS), book.node_id) for book in books]
    given = [ask.programme_id, ask.asset]
    return _update(
        "loyalty_balance", SUMS, rows, key="node_id", more=" AND programme_id = %s AND asset = %s", given=given
    )


def _touched(purse: Purse, some: Sequence[Posting]) -> list[Book]:
    if purse.whole:
        purse.refresh_due()
        return list(purse.books.values())
    _bring_forward(purse, some)
    nodes = {owner for posting in some for _, owner in posting.legs if owner is not None}
    nodes |= {hold.node_id for posting in some for hold in posting.holds}
    return [purse.books[node] for node in sorted(nodes)]


def _bring_forward(purse: Purse, some: Sequence[Posting]) -> None:
    """Something may be due sooner now. What is no longer due is found out when its time has come."""
    for posting in some:
        moved = [purse.lots[move[0]] for move in posting.moves]
        dues = [(lot.node_id, lot.due_us) for lot in moved if lot.due_us is not None]
        dues += [(hold.node_id, hold.expires_us) for hold in posting.holds if hold.is_open]
        for node, due in dues:
            book = purse.books[node]
            book.due_us = min(due, NEVER if book.due_us is None else book.due_us)
