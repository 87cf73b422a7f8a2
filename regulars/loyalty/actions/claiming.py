"""Who is to be counted next: claimed so that no two workers count the same person at once.

Claims are rows taken away with the answer, and on PostgreSQL a lock on the person until commit. A worker that dies
gives both back.
"""

from __future__ import annotations

import time

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.sqlite import is_time_up
from regulars.events.pace import Pace
from regulars.loyalty.actions.counting import count
from regulars.loyalty.gathering import Terms, current, terms_of

LOOK = 500  # rows looked at in one go
AT_MOST = 0.5  # seconds of work in one go
PERSON_LOCK = 7273 << 40
declare("loyalty.count.before_commit", "loyalty.count.after_commit")
_pace = Pace(20, least=1, most=200)


def count_due(at: int) -> bool:
    """Count some of those who are due, because something happened or because their time came; was there anybody?

    On SQLite one process does it, in transactions of about ten milliseconds; on PostgreSQL any number.
    """
    programme = current()
    if programme is None:
        return _nobody_is_due()
    terms = terms_of(programme)
    if connection.vendor == "postgresql":
        with transaction.atomic():
            people = _claim(at)
            _count_some(people, terms, at)
            failpoint("loyalty.count.before_commit")
        failpoint("loyalty.count.after_commit")
        return bool(people)
    with exclusive("loyalty") as mine:
        return mine and _count_alone(terms, at)


def _nobody_is_due() -> bool:
    """What was noted before the programme ended is forgotten."""
    bulk.execute("DELETE FROM loyalty_due")
    return False


def _count_alone(terms: Terms, at: int) -> bool:
    """Several short transactions, for up to half a second: who is due is read before them."""
    people, deadline = _claim(at), time.monotonic() + AT_MOST
    worked = bool(people)
    while people and time.monotonic() < deadline:
        with transaction.atomic():
            people = _count_some(people, terms, at)
            failpoint("loyalty.count.before_commit")
        failpoint("loyalty.count.after_commit")
    return worked


def _count_some(people: dict[int, list[int]], terms: Terms, at: int) -> dict[int, list[int]]:
    """Count people ({person: its rows of Due}) in this transaction; on SQLite more than a few only while nobody
    waits for the writer lock. Returns those that are left."""
    began, left = time.monotonic(), list(people)
    while left and time.monotonic() < began + AT_MOST:
        some, left = left[: _pace.size], left[_pace.size :]
        started = time.monotonic()
        count(some, terms, at)
        _drop([row for person in some for row in people[person]])
        _pace.learn(len(some), time.monotonic() - started)
        if connection.vendor != "postgresql" and is_time_up(began):
            break
    return {person: people[person] for person in left}


def _drop(rows: list[int]) -> None:
    table, params = bulk.ids(rows)
    bulk.execute(f"DELETE FROM loyalty_due WHERE id IN {table}", params)


def _claim(at: int) -> dict[int, list[int]]:
    """{person: rows of Due} of whom we may count now. Rows of nobody are taken away."""
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    rows = bulk.query(f"SELECT id, node_id FROM loyalty_due ORDER BY id LIMIT {LOOK}{skip}")
    table, params = bulk.ids({node for _, node in rows})
    home = dict(
        bulk.query(f"SELECT id, person_id FROM people_node WHERE id IN {table} AND person_id IS NOT NULL", params)
    )
    _drop([row for row, node in rows if node not in home])
    found: dict[int, list[int]] = {}
    for row, node in rows:
        if node in home:
            found.setdefault(home[node], []).append(row)
    for (person,) in bulk.query(
        f"SELECT person_id FROM loyalty_standing WHERE next_us IS NOT NULL AND next_us <= %s"
        f" ORDER BY next_us LIMIT {LOOK}{skip}",
        [at],
    ):
        found.setdefault(person, [])
    return _lock(found)


def _lock(found: dict[int, list[int]]) -> dict[int, list[int]]:
    """Those that no other worker counts just now."""
    if connection.vendor != "postgresql" or not found:
        return found
    some = bulk.array("bigint", sorted(found))
    got = bulk.query(
        "SELECT person FROM unnest(%s::bigint[]) AS person WHERE pg_try_advisory_xact_lock(%s + person)",
        [some, PERSON_LOCK],
    )
    return {person: found[person] for (person,) in got}
