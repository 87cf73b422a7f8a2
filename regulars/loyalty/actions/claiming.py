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
PERSON_LOCK = 7273 << 40
declare("loyalty.count.before_commit", "loyalty.count.after_commit")
_pace = Pace(20, least=1, most=200)


def count_due(at: int) -> bool:
    """Count some of those who are due, because something happened or because their time came; was there anybody?

    On SQLite one process does it, in transactions of about ten milliseconds; on PostgreSQL any number.
    """
    if connection.vendor == "postgresql":
        return _one_batch(at)
    with exclusive("loyalty") as mine:
        return mine and _one_batch(at)


def _one_batch(at: int) -> bool:
    began = time.monotonic()
    with transaction.atomic():
        programme = current()
        if programme is None:
            bulk.execute("DELETE FROM loyalty_due")
            return False
        terms = terms_of(programme)
        if not terms.lives:
            return False
        people = _claim(at)
        _count_some(people, terms, at, began)
        failpoint("loyalty.count.before_commit")
    failpoint("loyalty.count.after_commit")
    return bool(people)


def _count_some(people: dict[int, list[int]], terms: Terms, at: int, began: float) -> None:
    """Count people ({person: its rows of Due}), and more while nobody waits for the writer lock."""
    left = list(people)
    while left:
        some, left = left[: _pace.size], left[_pace.size :]
        started = time.monotonic()
        count(some, terms, at)
        _drop([row for person in some for row in people[person]])
        _pace.learn(len(some), time.monotonic() - started)
        if connection.vendor != "postgresql" and is_time_up(began):
            break
        if time.monotonic() - began > 0.5:
            break


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
