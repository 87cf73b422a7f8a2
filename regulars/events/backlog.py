"""How far consumers are behind, who holds them up, and how to give them entries again."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.log import Position, Reader, horizon
from regulars.core.models import Offset
from regulars.events import consumers
from regulars.events.models import ConsumerFailure

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class ConsumerLag:
    """`waiting` entries (counted up to 10,000), the oldest received `age_us` ago; `failures` were set aside.

    `blocked_by`: on PostgreSQL the connection whose open transaction holds up entries that are committed already.
    """

    name: str
    waiting: int
    age_us: int
    failures: int
    blocked_by: str


def lag(at: int) -> list[ConsumerLag]:
    """Every consumer."""
    return [_lag_of(one, at) for one in consumers.CONSUMERS.values()]


def _lag_of(one: consumers.Consumer, at: int) -> ConsumerLag:
    waiting, oldest = 0, None
    for shard in consumers.shards():
        # of the shards behind the last one that is counted, the oldest entry is enough
        found, since = _waiting(Reader(one.name, shard).position(), shard, max(1, MOST_COUNTED - waiting))
        waiting += found
        oldest = min(filter(None, (oldest, since)), default=None)
    failures = ConsumerFailure.objects.filter(consumer=one.name).count()
    blocked = _blocker() if waiting and connection.vendor == "postgresql" else ""
    return ConsumerLag(one.name, waiting, max(0, at - oldest) if oldest else 0, failures, blocked)


def _waiting(position: Position, shard: int, most: int) -> tuple[int, int | None]:
    """Committed entries after a position, readable yet or not: (how many, when the oldest was received)."""
    if connection.vendor == "postgresql":
        condition, params = "shard = %s AND (tx, id) > (%s, %s) AND tx > 0", [shard, *position]
    else:
        condition, params = "id > %s", [position[1]]
    return bulk.query(
        f"SELECT count(*), min(received_us) FROM (SELECT received_us FROM events_event WHERE {condition}"
        f" LIMIT {most}) AS behind",
        params,
    )[0]


def _blocker() -> str:
    """The oldest open transaction, if committed entries wait for it."""
    newest = bulk.query("SELECT max(tx) FROM events_event WHERE tx > 0")[0][0] or 0
    if newest < (horizon() or 0):
        return ""
    rows = bulk.query(
        "SELECT pid, coalesce(application_name, ''), coalesce(client_addr::text, 'local'), state,"
        " extract(epoch FROM clock_timestamp() - xact_start)::int FROM pg_stat_activity"
        " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() ORDER BY backend_xid::text::bigint LIMIT 1"
    )
    if not rows:
        return ""
    pid, application, address, state, seconds = rows[0]
    return f"connection {pid} ({application or 'unnamed'}, {address}): {state} in a transaction for {seconds} s"


def start_over(name: str) -> None:
    """Let a consumer read the whole log again. Raises KeyError when there is no such consumer."""
    one = consumers.CONSUMERS[name]
    Offset.objects.filter(consumer=one.name).update(tx=0, entry=0)


def retry_failures(name: str, at: int, *, most: int = 1000) -> tuple[int, int]:
    """Give a consumer what was set aside; (taken, still not)."""
    one = consumers.CONSUMERS[name]
    rows = bulk.query(
        "SELECT e.id, e.tx, e.node_id, e.source_id, e.name, e.ts, e.properties FROM events_consumerfailure f"
        " JOIN events_event e ON e.id = f.event_id WHERE f.consumer = %s ORDER BY e.id LIMIT %s",
        [one.name, most],
    )
    taken = 0
    for entry in consumers.entries(rows):
        with transaction.atomic():
            taken += consumers.react_to_one(one, entry, at)
    return taken, len(rows) - taken
