"""How we speak with SQLite: durable, write-ahead, immediate transactions, deleted means overwritten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.signals import connection_created

from regulars.core import wal
from regulars.core.line import Line, holds

__all__ = ["connect", "holds", "is_time_up", "repeatable", "settle", "somebody_waits"]

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=1073741824",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA wal_autocheckpoint=100000",  # pages; long before that core.wal does it outside of the lock
    "PRAGMA busy_timeout=30000",
)

INCREMENTAL = 2
LONGEST = 0.2  # seconds for which a modest transaction goes on while nobody waits


def _prepare(*, connection, **_: object) -> None:
    if connection.vendor != "sqlite":
        return
    _queue_for_writing(connection)
    with connection.cursor() as cursor:
        # only a file without tables takes it; asked first, because saying so waits for the writer lock
        if cursor.execute("PRAGMA auto_vacuum").fetchone()[0] != INCREMENTAL:
            cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
        for pragma in PRAGMAS:
            cursor.execute(pragma)


def connect() -> None:
    """Apply the pragmas to every new connection (idempotent)."""
    connection_created.connect(_prepare, dispatch_uid="regulars.core.sqlite")


def _queue_for_writing(connection) -> None:
    if "memory" not in str(connection.settings_dict["NAME"]):
        if not hasattr(connection, "_line"):
            connection._line = Line(connection)
        connection._line.open()


@contextmanager
def repeatable() -> Iterator[None]:
    """For transactions that would simply be done again, such as steps of a consumer, whose place commits with them.

    They survive kills, but may be lost by a power failure until the next ordinary commit, which makes all before it
    durable; and their writer gives way to others (`somebody_waits`). Whoever tells the world outside of the database
    of them calls `settle` first. Changes nothing on PostgreSQL and inside of a transaction.
    """
    connection.ensure_connection()
    line = getattr(connection, "_line", None)
    if line is None or line.modest or connection.in_atomic_block:
        yield
        return
    _synchronous("NORMAL")
    line.modest = True
    try:
        yield
    finally:
        line.modest = False
        if connection.connection is not None:  # a new one is made with FULL
            _synchronous("FULL")


def _synchronous(how: str) -> None:
    connection.connection.execute(f"PRAGMA synchronous={how}")


def somebody_waits() -> bool:
    """Should a modest transaction end now, because another writer waits?"""
    line = getattr(connection, "_line", None)
    return line is not None and line.somebody_waits()


def is_time_up(began: float) -> bool:
    """Should a modest transaction that began then (monotonic seconds) end now?"""
    return time.monotonic() - began > LONGEST or somebody_waits()


def settle() -> None:
    """Return when all that was committed so far would survive a power failure."""
    if connection.vendor == "sqlite":
        wal.settle(str(connection.settings_dict["NAME"]))
