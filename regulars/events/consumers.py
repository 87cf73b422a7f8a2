"""Consumers of the event log: `@consumer("commerce", events=("Order Completed",))` on `react(entries, at)`.

Effects and place commit in one transaction, so effects in this database happen exactly once. On PostgreSQL the
log is cut into shards by node, each with its own place; the row of the place is the lock, so that several workers
share a log. Order holds within a shard; meaning never depends on it, because events carry their own time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Position, Reader, where_after
from regulars.core.loops import loop
from regulars.core.models import Offset
from regulars.core.sqlite import is_time_up, repeatable
from regulars.events.again import with_patience
from regulars.events.item import decode_any
from regulars.events.models import SHARDS, ConsumerFailure
from regulars.events.pace import Pace
from regulars.events.requests import namespace_of
from regulars.people.queries import still_there

declare("consumers.before_commit", "consumers.after_commit")
log = logging.getLogger(__name__)
WINDOW = 2000  # entries looked at in one step
AT_MOST = 32  # batches made ready before a transaction
PARALLEL_BATCH = 1500  # entries given to a consumer at once where nobody waits for a writer lock


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log."""

    id: int
    tx: int
    node_id: int
    source_id: int
    namespace: str
    name: str
    ts: int
    properties: dict[str, Any]


Reaction = Callable[[list[Entry], int], Any]
Finish = Callable[[list[Any], int], None]


@dataclass(frozen=True)
class Consumer:
    """Who wants which events. No names means all; a function is asked for the names again and again, and may say
    that there are none just now."""

    name: str
    events: tuple[str, ...] | Callable[[], Sequence[str]]
    react: Reaction
    finish: Finish | None = None
    pace: Pace = field(default_factory=Pace, compare=False)

    def picked(self, column: str) -> tuple[str, list[str]]:
        """SQL that yields the column for wanted events and NULL for others, with its parameters."""
        names = list(self.events() if callable(self.events) else self.events)
        if not names:
            return ("NULL" if callable(self.events) else column), []
        return f"CASE WHEN name IN ({', '.join(['%s'] * len(names))}) THEN {column} END", names


CONSUMERS: dict[str, Consumer] = {}


def consumer(
    name: str, *, events: Sequence[str] | Callable[[], Sequence[str]] = (), finish: Finish | None = None
) -> Callable[[Reaction], Reaction]:
    """Declare a consumer. `react(entries, at)` runs in a transaction and may be called again with the same entries
    after a replay, so applying an entry twice must come to the same. An entry it cannot take is set aside.

    What it returns, if anything, is given to `finish([...], at)` once at the end of the transaction, for rows that
    many batches share.
    """

    def declare_(react: Reaction) -> Reaction:
        CONSUMERS[name] = Consumer(name, events if callable(events) else tuple(events), react, finish)
        return react

    return declare_


def shards() -> range:
    """SQLite has one writer and so one shard."""
    return range(SHARDS if connection.vendor == "postgresql" else 1)


@loop("consumers", lane="consumers", idle=0.1)
def step(at: int) -> bool:
    """Give every consumer its next batch."""
    if connection.vendor == "postgresql":
        places = [(one, shard) for one in CONSUMERS.values() for shard in shards()]
        return any([with_patience(partial(_advance_shared, one, shard, at)) for one, shard in places])
    with exclusive("consumers") as mine, repeatable():
        return mine and any([_advance_alone(one, at) for one in CONSUMERS.values()])


def _advance_shared(one: Consumer, shard: int, at: int) -> bool:
    with transaction.atomic():
        position = _locked_place(one.name, shard)
        if position is None:
            return False
        rows = _read(one, position, shard, limit=PARALLEL_BATCH)
        if not rows:
            return False
        _give(one, rows, at)
        Reader(one.name, shard).move((rows[-1][1], rows[-1][0]))
        failpoint("consumers.before_commit")
    failpoint("consumers.after_commit")
    return True


def _locked_place(name: str, shard: int) -> Position | None:
    """Where it stands, held until the transaction ends; None while another worker has it."""
    sql = "SELECT tx, entry FROM core_offset WHERE consumer = %s AND shard = %s FOR UPDATE SKIP LOCKED"
    found = bulk.query(sql, [name, shard])
    if not found and not Offset.objects.filter(consumer=name, shard=shard).exists():
        bulk.insert(Offset, ("consumer", "shard", "tx", "entry"), [(name, shard, 0, 0)], conflict="DO NOTHING")
        found = bulk.query(sql, [name, shard])
    return found[0] if found else None


def _advance_alone(one: Consumer, at: int) -> bool:
    """SQLite: read before the transactions, so that the writer lock is held for the effects only; what was read
    is given in several transactions, for at most about a second."""
    reader = Reader(one.name)
    rows = _read(one, reader.position(), None, limit=WINDOW)
    worked, deadline = bool(rows), time.monotonic() + 1
    while rows and time.monotonic() < deadline:
        batches = []
        while rows and len(batches) < AT_MOST:
            batch = _cut(one, rows, one.pace.size)
            batches.append((batch, entries(batch)))
            rows = rows[len(batch) :]
        while batches and time.monotonic() < deadline:
            batches = _give_some(one, batches, reader, at)
    return worked


Batch = tuple[list[tuple], list[Entry]]  # rows of `_read`, and what the consumer wants of them


def _give_some(one: Consumer, batches: list[Batch], reader: Reader, at: int) -> list[Batch]:
    """One transaction: a batch, and more while nobody waits for the writer lock. Returns those that are left."""
    with transaction.atomic():
        began, given, rests = time.monotonic(), 0, []
        for _, wanted in batches:
            started, given = time.monotonic(), given + 1
            rests.append(_react(one, wanted, at))
            if wanted:
                one.pace.learn(len(wanted), time.monotonic() - started)
            if is_time_up(began):
                break
        _finish(one, rests, [entry for _, wanted in batches[:given] for entry in wanted], at)
        last = batches[given - 1][0][-1]
        reader.move((last[1], last[0]))
        failpoint("consumers.before_commit")
    failpoint("consumers.after_commit")
    return batches[given:]


def _read(one: Consumer, position: Position, shard: int | None, *, limit: int) -> list[tuple]:
    """The next entries: (id, tx, node, source, name, ts, properties or None where nobody asked)."""
    condition, params = where_after(position)
    wanted, names = one.picked("properties")
    if shard is not None:
        condition, params = f"shard = %s AND {condition}", [shard, *params]
    order = "tx, id" if connection.vendor == "postgresql" else "id"
    return bulk.query(
        f"SELECT id, tx, node_id, source_id, name, ts, {wanted} FROM events_event"
        f" WHERE {condition} ORDER BY {order} LIMIT {limit}",
        [*names, *params],
    )


def _cut(one: Consumer, rows: list[tuple], size: int) -> list[tuple]:
    """So many rows that at most `size` of them are wanted."""
    wanted = 0
    for index, row in enumerate(rows):
        wanted += row[6] is not None
        if wanted > size:
            return rows[:index]
    return rows


def entries(rows: list[tuple]) -> list[Entry]:
    """Rows of `_read` as a consumer gets them, without those that it does not want."""
    return [
        Entry(id_, tx, node, source, namespace_of(source), name, ts, decode_any(properties))
        for id_, tx, node, source, name, ts, properties in rows
        if properties is not None
    ]


def _give(one: Consumer, rows: list[tuple], at: int) -> None:
    wanted = entries(rows)
    _finish(one, [_react(one, wanted, at)], wanted, at)


def _react(one: Consumer, entries: list[Entry], at: int) -> Any:
    """All at once; if that fails, one by one, setting aside those that cannot be taken.

    Events of people who were erased since they were read are left out. Returns what is left for `_finish`.
    """
    there = still_there(entry.node_id for entry in entries) if entries else ()
    entries = [entry for entry in entries if entry.node_id in there]
    if not entries:
        return None
    try:
        with transaction.atomic():
            return one.react(entries, at)
    except OperationalError:
        raise  # nothing wrong with the entries: try again later
    except Exception:
        log.exception("Consumer %s could not take a batch; trying its entries one by one", one.name)
        _one_by_one(one, entries, at)


def _finish(one: Consumer, rests: list[Any], entries: list[Entry], at: int) -> None:
    """What the batches of this transaction left to be done together. If that fails, each entry by itself again."""
    rests = [rest for rest in rests if rest]
    if not (one.finish and rests):
        return
    try:
        with transaction.atomic():
            one.finish(rests, at)
    except OperationalError:
        raise
    except Exception:
        log.exception("Consumer %s could not finish its batches; trying their entries one by one", one.name)
        there = still_there(entry.node_id for entry in entries)
        _one_by_one(one, [entry for entry in entries if entry.node_id in there], at)


def _one_by_one(one: Consumer, entries: list[Entry], at: int) -> None:
    for entry in entries:
        react_to_one(one, entry, at)


def react_to_one(one: Consumer, entry: Entry, at: int) -> bool:
    """Give a single entry; False when it was set aside. Call it in a transaction."""
    try:
        with transaction.atomic():
            rest = one.react([entry], at)
            if one.finish and rest:
                one.finish([rest], at)
    except OperationalError:
        raise
    except Exception as why:
        reason = f"{type(why).__name__}: {why}"[:1000]
        bulk.insert(
            ConsumerFailure,
            ("consumer", "event_id", "reason", "at"),
            [(one.name, entry.id, reason, at)],
            conflict="(consumer, event_id) DO UPDATE SET reason = excluded.reason, at = excluded.at",
        )
        return False
    ConsumerFailure.objects.filter(consumer=one.name, event_id=entry.id).delete()
    return True
