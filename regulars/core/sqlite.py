"""How we speak with SQLite: durable, write-ahead, immediate transactions, deleted means overwritten."""

from __future__ import annotations

from django.db.backends.signals import connection_created

PRAGMAS = (
    "PRAGMA auto_vacuum=INCREMENTAL",  # only a file without tables takes it
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=268435456",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA busy_timeout=30000",
)


def _prepare(*, connection, **_: object) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for pragma in PRAGMAS:
            cursor.execute(pragma)


def connect() -> None:
    """Apply the pragmas to every new connection (idempotent)."""
    connection_created.connect(_prepare, dispatch_uid="regulars.core.sqlite")
