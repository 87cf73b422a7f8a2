"""The inbox as a SQLite file of its own. How far it is taken in is kept in the truth, under the file's own id,
so that a new or restored inbox file is never read from a place that belongs to another one."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from regulars.core.failpoints import failpoint
from regulars.core.log import Reader
from regulars.events.inbox import NewRow, RawRequest, unpack

SCHEMA = """
CREATE TABLE IF NOT EXISTS raw (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, source_id INTEGER NOT NULL, received_us INTEGER NOT NULL,
  path TEXT NOT NULL, packed INTEGER NOT NULL, body BLOB);
CREATE TABLE IF NOT EXISTS inbox (id TEXT NOT NULL);
"""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "busy_timeout=10000",
    "wal_autocheckpoint=4000",
)


def path() -> Path:
    """Where the inbox file is."""
    return Path(settings.REGULARS_HOME) / "inbox.sqlite3"


def connect() -> sqlite3.Connection:
    """An open connection to the inbox file, which is created when it is not there."""
    fresh = not path().exists()
    found = sqlite3.connect(path(), isolation_level=None, check_same_thread=False, timeout=10)
    for pragma in PRAGMAS:
        found.execute(f"PRAGMA {pragma}")
    if fresh or not found.execute("SELECT 1 FROM sqlite_master WHERE name = 'inbox'").fetchone():
        _create(found)
    return found


def _create(found: sqlite3.Connection) -> None:
    found.execute("BEGIN IMMEDIATE")
    for statement in SCHEMA.split(";"):
        found.execute(statement)
    found.execute("INSERT INTO inbox SELECT ? WHERE NOT EXISTS (SELECT 1 FROM inbox)", [secrets.token_hex(8)])
    found.execute("COMMIT")


class SqliteInbox:
    """One connection per thread."""

    parallel = False

    def __init__(self) -> None:
        self.local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection; opened anew when the file was replaced."""
        here = str(path())
        if getattr(self.local, "path", None) != here:
            self.local.connection, self.local.path = connect(), here
        return self.local.connection

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self.local, "path", None):
            self.local.connection.close()
            self.local.path = None

    def write(self, rows: Sequence[NewRow]) -> range:
        """Store rows durably; their numbers."""
        found = self.connection
        found.execute("BEGIN IMMEDIATE")
        try:
            found.executemany(
                "INSERT INTO raw (source_id, received_us, path, packed, body) VALUES (?, ?, ?, ?, ?)", rows
            )
            last = found.execute("SELECT last_insert_rowid()").fetchone()[0]
            failpoint("inbox.before_commit")
            found.execute("COMMIT")
        except BaseException:
            if found.in_transaction:
                found.execute("ROLLBACK")
            raise
        return range(last - len(rows) + 1, last + 1)

    def reader(self) -> Reader:
        """The place up to which the truth has taken this file in: entry = request, tx = items of the next one."""
        return Reader(f"ingest:{self.connection.execute('SELECT id FROM inbox').fetchone()[0]}")

    @contextmanager
    def claimed(self, limit: int) -> Iterator[tuple[list[RawRequest], int]]:
        """The next requests in order, and how many items of the first are in already."""
        skip, after = self.reader().position()
        if after > self.last_seq():
            skip, after = 0, 0  # an older file was put back: read it again, known message ids are left out
        yield self._rows("seq > ? ORDER BY seq LIMIT ?", [after, limit]), skip

    def mark(self, seq: int, items_of_next: int = 0) -> None:
        """Requests up to `seq` are in, and so many items of the next. Call it in the transaction of the effects."""
        self.reader().move((items_of_next, seq))

    def taken_in_up_to(self) -> int:
        """The number of the last request that is in the log whole."""
        return self.reader().position()[1]

    def last_seq(self) -> int:
        found = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'raw'").fetchone()
        return found[0] if found else 0

    def waiting(self) -> tuple[int, int | None]:
        """(requests not taken in, when the oldest of them came)."""
        _, after = self.reader().position()
        found = self.connection.execute("SELECT count(*), min(received_us) FROM raw WHERE seq > ?", [after])
        return found.fetchone()

    def newest(self, source_id: int, most: int, looked_at: int) -> list[RawRequest]:
        """The newest requests of a source, among the newest `looked_at` of all."""
        return self._rows(
            "seq > ? AND source_id = ? ORDER BY seq DESC LIMIT ?", [self.last_seq() - looked_at, source_id, most]
        )

    def read(self, seqs: Iterable[int]) -> list[RawRequest]:
        """Stored requests by number; those that are gone are left out."""
        return [row for seq in seqs for row in self._rows("seq = ?", [seq])]

    def rewrite(self, seq: int, packed: bool, body: bytes | None) -> None:
        """Put another body in the place of a stored one; None deletes the request."""
        if body is None:
            self.connection.execute("DELETE FROM raw WHERE seq = ?", [seq])
        else:
            self.connection.execute("UPDATE raw SET packed = ?, body = ? WHERE seq = ?", [packed, body, seq])

    def prune(self, before_us: int, limit: int = 500) -> int:
        """Delete requests taken in and received before a time, at most `limit`; how many."""
        _, after = self.reader().position()
        done = self.connection.execute(
            "DELETE FROM raw WHERE seq IN (SELECT seq FROM raw WHERE seq <= ? AND received_us < ? LIMIT ?)",
            [after, before_us, limit],
        )
        return done.rowcount

    def truncate_wal(self) -> None:
        """Leave nothing of redacted bodies in the write-ahead log."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _rows(self, condition: str, params: list) -> list[RawRequest]:
        rows = self.connection.execute(
            f"SELECT seq, source_id, received_us, path, packed, body FROM raw WHERE {condition}", params
        ).fetchall()
        return [RawRequest(*row[:4], unpack(*row[4:])) for row in rows]


STORE = SqliteInbox()
