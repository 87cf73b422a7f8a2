"""How we speak with PostgreSQL: no compiling of queries (ours take milliseconds, and compiling one took 70 to 500),
and commits that do not wait for the disk where the work would simply be done again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created


def _prepare(*, connection, **_: object) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


def connect() -> None:
    """Apply it to every new connection (idempotent)."""
    connection_created.connect(_prepare, dispatch_uid="regulars.core.postgresql")


@contextmanager
def unhurried() -> Iterator[None]:
    """Commits in here return before they are on the disk. A later ordinary commit makes all of them durable."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")
        except DatabaseError:
            connection.close()  # the next one begins with the default


def settle() -> None:
    """Return when all that was committed so far is on the disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        # a commit of nothing would wait for nothing
        cursor.execute("SELECT pg_logical_emit_message(true, 'regulars', '')")
