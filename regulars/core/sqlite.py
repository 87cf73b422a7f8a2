"""How we speak with SQLite: durable, write-ahead, immediate transactions, deleted means overwritten."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections import deque
from contextlib import suppress
from typing import NamedTuple

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
    "PRAGMA wal_autocheckpoint=8000",  # pages; long before that _Line does it outside of the lock
    "PRAGMA busy_timeout=30000",
)


class Hold(NamedTuple):
    """Seconds for which this process kept other writers waiting, and how many of them were for its statements."""

    whole: float
    working: float


holds: deque[Hold] = deque(maxlen=20_000)  # lately, in this process


def _prepare(*, connection, **_: object) -> None:
    if connection.vendor != "sqlite":
        return
    _queue_for_writing(connection)
    with connection.cursor() as cursor:
        for pragma in PRAGMAS:
            cursor.execute(pragma)


def connect() -> None:
    """Apply the pragmas to every new connection (idempotent)."""
    connection_created.connect(_prepare, dispatch_uid="regulars.core.sqlite")


def _queue_for_writing(connection) -> None:
    """Make writers stand in line: SQLite itself lets them sleep and try again, up to 100 ms at a time, and whoever
    writes most often gets the lock again and again. A lock on a file wakes the next one at once."""
    name = str(connection.settings_dict["NAME"])
    if "memory" in name:
        return
    if not hasattr(connection, "_line"):
        connection._line = _Line(connection)
    # a lock belongs to the opened file, which must not be shared with the process we were forked from
    connection._line.open(f"{name}-writers")


TIDY_EVERY = 8  # commits


class _Line:
    """The place of one connection in the line of writers: taken before BEGIN, left after COMMIT or ROLLBACK."""

    def __init__(self, connection) -> None:
        self.handle, self.owner, self.since, self.commits = -1, 0, 0.0, 0
        self.connection = connection
        self.begin = connection._start_transaction_under_autocommit
        connection._start_transaction_under_autocommit = self.start
        for ending in ("_commit", "_rollback", "_close"):
            setattr(connection, ending, self.then_next(getattr(connection, ending), tidy=ending == "_commit"))

    def open(self, path: str) -> None:
        if self.owner != os.getpid():
            self.handle, self.owner = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600), os.getpid()

    def start(self) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        self.since = time.monotonic()
        try:
            self.begin()
        except BaseException:
            fcntl.flock(self.handle, fcntl.LOCK_UN)
            raise

    def then_next(self, ending, *, tidy: bool):
        def end() -> None:
            ended = time.monotonic()
            try:
                ending()
            finally:
                if self.owner == os.getpid():
                    fcntl.flock(self.handle, fcntl.LOCK_UN)
                    self._note(ended)
            if tidy:
                self._tidy()

        return end

    def _tidy(self) -> None:
        """Move the write-ahead log into the database now and then, while others write: as part of a commit, as SQLite
        does it, it keeps them waiting (measured: one transaction in five took 23 ms instead of 15)."""
        self.commits += 1
        if self.commits % TIDY_EVERY == 0 and self.connection.connection is not None:
            with suppress(sqlite3.OperationalError):  # a statement of ours is still being read: the next time
                self.connection.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _note(self, ended: float) -> None:
        if self.since:
            holds.append(Hold(time.monotonic() - self.since, ended - self.since))
            self.since = 0.0
