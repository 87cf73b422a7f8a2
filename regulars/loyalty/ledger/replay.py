"""Books made anew: sums from moves and legs where they are, or everything from a journal in an empty database."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.log import current_tx
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.ledger.journal import COLUMNS, World, play
from regulars.loyalty.ledger.purse import Posting
from regulars.loyalty.ledger.writing import ENTRY, MOVE, NEW_LOT, TXN, entry_rows, lot_row, move_rows, txn_row
from regulars.loyalty.models import Balance, Entry, Hold, Lot, LotMove, Txn

BATCH = 20_000
BALANCE = ("node_id", "programme_id", "asset", "pending", "active", "held", "debt", "due_us", "version")
HOLD = ("id", "programme_id", "asset", "node_id", "amount", "made_us", "expires_us", "captured_us", "released_us")
Worlds = dict[tuple[int, str], World]


def journal_rows() -> Iterator[tuple]:
    """The journal of this database, in order of number."""
    last = 0
    while rows := bulk.query(
        f"SELECT {', '.join(COLUMNS)} FROM loyalty_txn WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH]
    ):
        yield from rows
        last = rows[-1][0]


def write_journal(path: Path) -> int:
    """Write the journal to a file, a JSON list per line, compressed; returns how many. It holds numbers and keys of
    postings: treat it like the database."""
    count = 0
    with gzip.open(path, "wt", compresslevel=5) as out:
        for count, row in enumerate(journal_rows(), 1):  # noqa: B007
            request = row[-1] if isinstance(row[-1], str) else json.dumps(row[-1])
            out.write(json.dumps([*row[:-1], request]) + "\n")
    return count


def read_journal(path: Path) -> Iterator[tuple]:
    """The rows of such a file."""
    with gzip.open(path, "rt") as lines:
        yield from (tuple(json.loads(line)) for line in lines)


def replay(rows: Iterable[tuple], *, progress: Callable[[int], Any] = lambda count: None) -> int:
    """Post a journal into empty books, all or nothing; returns how many. Raises CannotPost when they are not empty,
    Damaged for a line that cannot be posted."""
    if Txn.objects.exists():
        raise CannotPost("The books are not empty: a journal is played into an empty database.")
    worlds: Worlds = {}
    count = 0
    with transaction.atomic():
        for batch in _batches(play(rows, worlds)):
            _write_batch(batch)
            count += len(batch)
            progress(count)
        for (programme, asset), world in sorted(worlds.items()):
            _write_state(programme, asset, world)
        _go_on_counting()
    return count


def _batches(postings: Iterator[tuple[Posting, str]]) -> Iterator[list[tuple[Posting, str]]]:
    batch = []
    for one in postings:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_batch(batch: list[tuple[Posting, str]]) -> None:
    tx = current_tx()
    bulk.insert(Entry, ENTRY, [row for posting, _ in batch for row in entry_rows(posting)])
    bulk.insert(LotMove, MOVE, [row for posting, _ in batch for row in move_rows(posting)])
    bulk.insert(Txn, (*TXN, "tx"), [(*txn_row(posting, digest), tx) for posting, digest in batch])


def _write_state(programme: int, asset: str, world: World) -> None:
    world.refresh_due()
    lots = [lot_row(lot, programme, asset) for lot in world.lots.values()]
    bulk.insert(Lot, NEW_LOT, lots)
    books = world.books.values()
    bulk.insert(Balance, BALANCE, [
        (b.node_id, programme, asset, b.pending, b.active, b.held, b.debt, b.due_us, b.version) for b in books
    ])  # fmt: skip
    bulk.insert(Hold, HOLD, [
        (h.id, programme, asset, h.node_id, h.amount, h.made_us, h.expires_us, h.captured_us, h.released_us)
        for h in world.holds.values()
    ])  # fmt: skip


def _go_on_counting() -> None:
    """The next transaction gets a number after the last one played."""
    if connection.vendor == "postgresql":
        bulk.query(
            "SELECT setval(pg_get_serial_sequence('loyalty_txn', 'id'), max(id)) FROM loyalty_txn HAVING max(id) > 0"
        )


LOTS_AGAIN = """UPDATE loyalty_lot SET rest = s.pending + s.active + s.held, pending = s.pending, active = s.active,
 held = s.held, spent = s.spent, expired = s.expired, clawed = s.clawed FROM (
  SELECT lot_id, {sums} FROM loyalty_lotmove GROUP BY lot_id) AS s
 WHERE s.lot_id = loyalty_lot.id AND ({differs})"""
BOOKS_AGAIN = """UPDATE loyalty_balance SET pending = s.pending, active = s.active, held = s.held, debt = s.debt
 FROM (SELECT e.owner_id, t.programme_id, e.asset, {sums} FROM loyalty_entry e JOIN loyalty_txn t ON t.id = e.txn_id
  WHERE e.owner_id IS NOT NULL GROUP BY 1, 2, 3) AS s
 WHERE s.owner_id = loyalty_balance.node_id AND s.programme_id = loyalty_balance.programme_id
 AND s.asset = loyalty_balance.asset AND ({differs})"""
STATES = ("pending", "active", "held", "spent", "expired", "clawed")


def rebuild() -> dict[str, int]:
    """Make the sums again from moves and legs, everywhere at once; how many lots and balances were wrong.

    When something is due is noted as now, so that it is looked at soon.
    """
    moved = ", ".join(
        f"sum(CASE WHEN state_to = '{s}' THEN amount WHEN state_from = '{s}' THEN -amount ELSE 0 END) AS {s}"
        for s in STATES
    )
    sums = ", ".join(
        f"sum(CASE WHEN e.account = '{name}' THEN {sign}e.amount ELSE 0 END) AS {name}"
        for name, sign in (("pending", ""), ("active", ""), ("held", ""), ("debt", "-"))
    )
    with transaction.atomic():
        lots = bulk.execute(LOTS_AGAIN.format(sums=moved, differs=_differs("loyalty_lot", STATES)))
        names = ("pending", "active", "held", "debt")
        books = bulk.execute(BOOKS_AGAIN.format(sums=sums, differs=_differs("loyalty_balance", names)))
        bulk.execute(
            "UPDATE loyalty_balance SET due_us = 0 WHERE due_us IS NULL AND (pending > 0 OR active > 0 OR held > 0)"
        )
    return {"lots": lots, "balances": books}


def _differs(table: str, names: Iterable[str]) -> str:
    return " OR ".join(f"{table}.{name} <> s.{name}" for name in names)
