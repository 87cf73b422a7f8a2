"""Ingestion: raw requests become events. `take_in` does the same for rows of files and for the demo.

Exactly once: on SQLite the place in the inbox is kept in the truth and moves in the transaction of the effects;
on PostgreSQL the rows are claimed, skipping those of other workers, and marked done in that transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.loops import loop
from regulars.core.sqlite import is_time_up
from regulars.events import inbox, intake, redactions, seen
from regulars.events.again import with_patience
from regulars.events.inbox import RawRequest
from regulars.events.item import encode
from regulars.events.pace import Pace
from regulars.events.pipeline import Ready, Rejected, prepare
from regulars.events.requests import origin_of, split_request

declare("ingest.before_commit", "ingest.after_commit", "take_in.before_commit")
log = logging.getLogger(__name__)

RawItem = Mapping[str, Any]
REQUESTS = 64  # looked at in one step
OF_ERASED = "The person was erased; nothing about them is taken in again."
EVENTS = 2000  # prepared in one step


@dataclass(frozen=True)
class Taken:
    """What became of a batch: new, known before, refused (with the reasons, by position in the batch)."""

    accepted: int
    known: int
    refused: int
    rejects: tuple[Rejected, ...] = ()
    known_ids: frozenset[str] = frozenset()
    worked: float = 0.0  # seconds that the statements took


def take_in(
    *, source_id: int, items: Iterable[RawItem], at: int, along: Callable[[Taken], None] | None = None
) -> Taken:
    """Take in events that are durable elsewhere (a file, a generator), by the rules of the tracking API.

    Each item is a dict as a client sends it, with a `messageId` of its own: a known one changes nothing. One
    short transaction; what is refused comes back and is not kept as a dead letter. `along` writes what must
    commit with it, such as the place in a file.
    """
    origin = origin_of(source_id, at)
    ready, rejects = _sorted(prepare([encode(item) for item in items], origin))
    taken, accepted = with_patience(lambda: _take(ready, rejects, at, along))
    seen.count(accepted, at)
    return taken


def take_lots(*, lots: Sequence[Sequence[Ready]], at: int, along: Callable[[list[Taken]], None]) -> list[Taken]:
    """Take in the first of these lots of prepared events, and more while nobody waits for SQLite's writer lock, in
    one transaction.

    What became of each that is in; the others are for the next call. `along` as in `take_in`.
    """
    found = with_patience(lambda: _take_some(lots, at, along))
    for _, accepted in found:
        seen.count(accepted, at)
    return [taken for taken, _ in found]


def _take_some(
    lots: Sequence[Sequence[Ready]], at: int, along: Callable[[list[Taken]], None]
) -> list[tuple[Taken, list[Ready]]]:
    found: list[tuple[Taken, list[Ready]]] = []
    with transaction.atomic():
        began = time.monotonic()
        for lot in lots:
            found.append(_put(lot, (), at))
            if is_time_up(began):
                break
        along([taken for taken, _ in found])
        failpoint("take_in.before_commit")
    return found


def _take(
    ready: Sequence[Ready], rejects: Sequence[Rejected], at: int, along: Callable[[Taken], None] | None
) -> tuple[Taken, list[Ready]]:
    with transaction.atomic():
        taken, accepted = _put(ready, rejects, at)
        if along:
            along(taken)
        failpoint("take_in.before_commit")
    return taken, accepted


def _put(ready: Sequence[Ready], rejects: Sequence[Rejected], at: int) -> tuple[Taken, list[Ready]]:
    started = time.monotonic()
    stored = intake.put(ready, at=at)
    refused = (*rejects, *map(_of_erased, stored.erased))
    known = frozenset(event.message_id for event in stored.known)
    worked = time.monotonic() - started
    return Taken(len(stored.accepted), len(stored.known), len(refused), refused, known, worked), stored.accepted


@loop("ingest", lane="ingest", idle=0.05)
def step(at: int) -> bool:
    """Take in what waits, for at most about a second. On SQLite one process at a time, on PostgreSQL many."""
    if connection.vendor == "postgresql":
        worked = with_patience(lambda: _step_parallel(at))
    else:
        with exclusive("ingest") as mine:
            worked = mine and _step_alone(at)
    seen.flush_when_due(at)
    return bool(redactions.carry_out() or worked)


def _step_parallel(at: int) -> bool:
    box = inbox.store()
    with box.claimed(REQUESTS // 4) as (requests, _):
        if not requests:
            return False
        ready, rejects = [], []
        for request in requests:
            good, bad = _prepared(request)
            ready += good
            rejects += bad
        _store(ready, rejects, at, lambda: box.mark_done([request.seq for request in requests], at))
        failpoint("ingest.before_commit")
    failpoint("ingest.after_commit")
    return True


def _step_alone(at: int) -> bool:
    """Prepare some thousand events, then write them in transactions as short as the writer lock demands."""
    box, deadline = inbox.store(), time.monotonic() + 1
    with box.claimed(REQUESTS) as (requests, skip):
        pass
    prepared, count = [], 0
    for request in requests:
        if count >= EVENTS:
            break
        entries = _prepared_in_order(request, skip, EVENTS)
        prepared += entries
        count, skip = count + len(entries), 0
    start = 0
    while start < len(prepared) and time.monotonic() < deadline:
        chunk = prepared[start : start + _pace.size]
        _pace.learn(len(chunk), _write_chunk(box, chunk, at))
        start += len(chunk)
    return bool(prepared)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event, or None for an empty request, and the place in the inbox once it is in."""

    event: Ready | Rejected | None
    seq: int
    items_of_next: int


def _prepared_in_order(request: RawRequest, skip: int, most: int) -> list[_Entry]:
    events, origin = split_request(request)
    chosen = list(prepare(events[skip : skip + most], origin, first=skip))
    done = skip + len(chosen)
    entries = [_Entry(event, request.seq - 1, skip + n) for n, event in enumerate(chosen, 1)]
    if done >= len(events):  # the last event of a request finishes it
        last = entries.pop().event if entries else None
        entries.append(_Entry(last, request.seq, 0))
    return entries


def _write_chunk(box, chunk: Sequence[_Entry], at: int) -> float:
    """One transaction; returns how many seconds its statements took."""
    ready, rejects = _sorted(entry.event for entry in chunk)
    with transaction.atomic():
        started = time.monotonic()
        _store(ready, rejects, at, lambda: box.mark(chunk[-1].seq, chunk[-1].items_of_next))
        worked = time.monotonic() - started
        failpoint("ingest.before_commit")
    failpoint("ingest.after_commit")
    return worked


_pace = Pace()


def _store(ready: Sequence[Ready], rejects: list[Rejected], at: int, mark) -> None:
    """Write a batch and its place. An event that the database will not have is buried, its neighbours go in."""
    try:
        with transaction.atomic():
            stored = intake.put(ready, at=at)
    except OperationalError:
        raise  # locked, gone, full: nothing wrong with the events, try again
    except (DatabaseError, ValueError, TypeError, OverflowError):
        log.exception("A batch of %d events could not be written; trying them one by one", len(ready))
        stored, more = _one_by_one(ready, at)
        rejects = rejects + more
    intake.bury(rejects)
    mark()
    seen.count(stored.accepted, at)


def _one_by_one(ready: Sequence[Ready], at: int) -> tuple[intake.Stored, list[Rejected]]:
    total, rejects = intake.Stored([], [], []), []
    for event in ready:
        try:
            with transaction.atomic():
                one = intake.put([event], at=at)
        except OperationalError:
            raise
        except (DatabaseError, ValueError, TypeError, OverflowError) as why:
            rejects.append(_buried(event, "not_stored", f"The event could not be stored: {why}."))
        else:
            total.accepted += one.accepted
            total.known += one.known
            total.erased += one.erased
    return total, rejects


def _buried(event: Ready, code: str, reason: str) -> Rejected:
    return Rejected(event.source_id, event.raw_seq, event.position, event.received_us, code, reason, event.properties)


def _of_erased(event: Ready) -> Rejected:
    return Rejected(event.source_id, event.raw_seq, event.position, event.received_us, "erased", OF_ERASED, "")


def _sorted(found: Iterable[Ready | Rejected | None]) -> tuple[list[Ready], list[Rejected]]:
    ready, rejects = [], []
    for event in found:
        if event is not None:
            (ready if type(event) is Ready else rejects).append(event)
    return ready, rejects


def _prepared(request: RawRequest) -> tuple[list[Ready], list[Rejected]]:
    events, origin = split_request(request)
    return _sorted(prepare(events, origin))
