"""What commerce does about the logs: events become orders; touched people are counted again."""

from __future__ import annotations

import time

from django.db import connection, transaction

from regulars.commerce.actions import recount, take_events
from regulars.commerce.actions.products import ONE, SEVERAL, Seen, latest, note
from regulars.commerce.folding import KINDS
from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Position, Reader, where_after
from regulars.core.loops import loop
from regulars.core.sqlite import is_time_up, repeatable
from regulars.events.consumers import Entry, consumer
from regulars.events.pace import Pace
from regulars.people.actions import reads_touches

TOUCHES = 2_000_000
REST = 120  # seconds between two counts while orders pile up
FULL = 2000  # events that make a pile
# an event alone changes no order: what it did to orders comes as a touch of its own, "derived"
CAUSES = ("derived", "merge", "unmerge", "erase")
declare("customers.before_commit", "customers.after_commit")

CONSUMER = reads_touches("customers")


def _note_products(seen: list[Seen], at: int) -> None:
    """Many batches speak of the same products: each is written once per transaction, and last, because workers
    share the rows of what sells well."""
    note(latest(seen))


@consumer("commerce", events=(*KINDS, *sorted(ONE), *sorted(SEVERAL)), finish=_note_products)
def orders_from_events(entries: list[Entry], at: int) -> Seen:
    """Orders, lines, refunds and products from e-commerce events."""
    return take_events(entries, at)


@loop("customers", lane="profiles", idle=0.2)
def count_customers(at: int) -> bool:
    """Count the people whose orders or nodes changed. One process at a time; exact on both databases.

    While orders pile up, such as during an import, only now and then: who bought ten times is counted once.
    """
    global _counted
    if time.monotonic() < _counted + REST and _orders_pile_up():
        return False
    with exclusive("customers") as mine, repeatable():
        worked = mine and _count_next()
    _counted = time.monotonic()
    return worked


_counted = -float(REST)


def _orders_pile_up() -> bool:
    """Does the consumer have a lot to do still?"""
    if connection.vendor == "postgresql":
        return False
    newest = bulk.query("SELECT coalesce(max(id), 0) FROM events_event")[0][0]
    return newest - Reader("commerce").position()[1] > FULL


def _count_next() -> bool:
    """Read many touches, so that who was touched often is counted once; count in short transactions. The place
    moves with the last one: counting some people twice is harmless."""
    reader = Reader("customers")
    last = _end_of_touches(reader.position())
    if last is None:
        return False
    people = _touched(reader.position(), last)
    while True:
        with transaction.atomic():
            people = _count_some(people)
            if not people:
                reader.move(last)
            failpoint("customers.before_commit")
        failpoint("customers.after_commit")
        if not people:
            return True


def _count_some(people: list[int]) -> list[int]:
    """Count the first of these, and more while nobody waits for the writer lock. Returns those that are left."""
    began = time.monotonic()
    while people:
        some, people = people[: _pace.size], people[_pace.size :]
        started = time.monotonic()
        recount(some)
        _pace.learn(len(some), time.monotonic() - started)
        if is_time_up(began):
            break
    return people


_pace = Pace(200, most=2000)


def _end_of_touches(after: Position) -> Position | None:
    """The place of the last touch to be read now; None when there is nothing new."""
    condition, params = where_after(after)
    order, back = ("tx, id", "tx DESC, id DESC") if connection.vendor == "postgresql" else ("id", "id DESC")
    some = f"SELECT tx, id FROM people_touch WHERE {condition} ORDER BY {order} LIMIT {TOUCHES}"
    found = bulk.query(f"SELECT tx, id FROM ({some}) AS ahead ORDER BY {back} LIMIT 1", params)
    return found[0] if found else None


def _touched(after: Position, last: Position) -> list[int]:
    """The people between two places whose orders may count differently now, each once."""
    condition, params = where_after(after)
    until, most = ("(tx, id) <= (%s, %s)", last) if connection.vendor == "postgresql" else ("id <= %s", last[1:])
    causes = ", ".join(["%s"] * len(CAUSES))
    rows = bulk.query(
        f"SELECT DISTINCT person_id FROM people_touch WHERE {condition} AND {until} AND cause IN ({causes})",
        [*params, *most, *CAUSES],
    )
    return sorted(person for (person,) in rows)
