"""Durable logs and their consumers: effects and offset commit together, so effects happen exactly once.

A log is a table with `id` and `tx`. On PostgreSQL ids become visible out of order, so entries are read in the
order (tx, id), where tx is the number of the inserting transaction, and only below the oldest transaction
still open (pg_snapshot_xmin). On SQLite there is one writer: tx is 0 and id order is commit order.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Max

from regulars.core.models import Epoch, Offset

Position = tuple[int, int]
START: Position = (0, 0)


def tx_sql() -> str:
    """The SQL expression that stamps a new log entry, to be used in INSERT statements."""
    if connection.vendor == "postgresql":
        return "(pg_current_xact_id()::text::bigint + (SELECT coalesce(max(base), 0) FROM core_epoch))"
    return "0"


def current_tx() -> int:
    """The stamp for rows inserted in this transaction (for bulk inserts)."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tx_sql()}")
        return cursor.fetchone()[0]


def horizon() -> int | None:
    """Entries with tx below this are safe to read; None means all (SQLite)."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " + (SELECT coalesce(max(base), 0) FROM core_epoch)"
        )
        return cursor.fetchone()[0]


def check_epoch(at: int) -> bool:
    """After a restore into a cluster that counts from the start, count on from where the logs ended.

    Call it before anything is written; True when the numbers had gone back.
    """
    if connection.vendor != "postgresql":
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE core_epoch IN EXCLUSIVE MODE")
        newest = _newest_tx()  # asked before our own number is drawn, so that it must be smaller
        behind = newest - current_tx()
        if behind >= 0:
            base = Epoch.objects.aggregate(base=Max("base"))["base"] or 0
            Epoch.objects.create(base=base + behind + 1, at=at)
    return behind >= 0


def _newest_tx() -> int:
    """The highest stamp in any log or place."""
    logs = [m for m in apps.get_models() if m is not Offset and any(f.name == "tx" for f in m._meta.local_fields)]
    # tx > 0 says nothing new, but lets partial indexes be used
    newest = [model.objects.filter(tx__gt=0).aggregate(newest=Max("tx"))["newest"] for model in [*logs, Offset]]
    found = [tx or 0 for tx in newest]
    return max(found)


def where_after(after: Position, *, alias: str = "") -> tuple[str, list[int]]:
    """SQL condition and parameters for the readable entries after a position; order by tx, id."""
    dot = f"{alias}." if alias else ""
    limit = horizon()
    if limit is None:
        return f"{dot}id > %s", [after[1]]
    # tx > 0 says nothing new, but lets partial indexes be used
    return f"({dot}tx, {dot}id) > (%s, %s) AND {dot}tx < %s AND {dot}tx > 0", [*after, limit]


@dataclass(frozen=True)
class Reader:
    """The place of one consumer in one shard of a log."""

    consumer: str
    shard: int = 0

    def position(self) -> Position:
        """Where this consumer stands; START when it never read."""
        row = Offset.objects.filter(consumer=self.consumer, shard=self.shard).values_list("tx", "entry").first()
        return row or START

    def move(self, to: Position) -> None:
        """Store the new place. Call it in the transaction of the effects."""
        with connection.cursor() as cursor:  # plain SQL: this runs in every batch of every consumer
            cursor.execute(
                "INSERT INTO core_offset (consumer, shard, tx, entry) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (consumer, shard) DO UPDATE SET tx = excluded.tx, entry = excluded.entry",
                [self.consumer, self.shard, *to],
            )
