"""The raw inbox: every request is stored here before it is answered, and taken in later.

Request threads hand their body to one writer thread per process, which commits what has gathered in one
transaction and then wakes them (group commit). On SQLite the inbox is a file of its own, `inbox.sqlite3`, so
that accepting never waits for whoever writes the truth; on PostgreSQL it is a table of the same database.
"""

from __future__ import annotations

import os
import threading
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from regulars.core.failpoints import declare, failpoint

declare("inbox.before_commit", "inbox.after_commit")

LARGEST_BODY = 4 * 1024 * 1024
PACK_FROM = 512  # bytes; measured: level 1 costs 0.14 ms per 48 KB and makes the commit three times as fast
PATIENCE = 15.0  # seconds a request waits for its commit before it is told to come back


class NotStored(Exception):
    """The request is not safely stored; its sender must try again."""


class NewRow(NamedTuple):
    """A request to be stored; `packed` bodies are zlib or gzip streams."""

    source_id: int
    received_us: int
    path: str
    packed: bool
    body: bytes


@dataclass(frozen=True)
class RawRequest:
    """A stored request with its body as it was sent, unpacked."""

    seq: int
    source_id: int
    received_us: int
    path: str
    body: bytes


def pack(body: bytes) -> tuple[bool, bytes]:
    """(packed?, bytes to store)."""
    return (True, zlib.compress(body, 1)) if len(body) >= PACK_FROM else (False, body)


def unpack(packed: bool, body: bytes) -> bytes:
    """The body as it was sent. Reads zlib and gzip."""
    return zlib.decompress(body, wbits=47) if packed else bytes(body)


def append(*, source_id: int, path: str, body: bytes, at: int, stored: bytes | None = None) -> int:
    """Store a request durably and return its number. Raises NotStored when that did not work.

    `stored` is the body as a gzip stream, when it came as one: it is kept as it is.
    """
    packed, kept = (True, stored) if stored else pack(body)
    return _writer().append(NewRow(source_id, at, path, packed, kept))


def store():
    """The inbox of this installation: unread/claim, prune, redact. See inbox_sqlite and inbox_postgres."""
    if connection.vendor == "postgresql":
        from regulars.events import inbox_postgres

        return inbox_postgres.STORE
    from regulars.events import inbox_sqlite

    return inbox_sqlite.STORE


class _Waiter:
    __slots__ = ("done", "error", "row", "seq")

    def __init__(self, row: NewRow) -> None:
        self.row, self.seq, self.error = row, 0, None
        self.done = threading.Event()


class Writer:
    """One thread that commits what request threads hand it. `write(rows) -> seqs` must commit durably."""

    def __init__(self, write, close) -> None:
        self.write, self.close = write, close
        self.pid = os.getpid()
        self.waiting: list[_Waiter] = []
        self.wake = threading.Condition()
        self.stopped = False
        self.thread = threading.Thread(target=self._run, name="inbox-writer", daemon=True)
        self.thread.start()

    def append(self, row: NewRow) -> int:
        waiter = _Waiter(row)
        with self.wake:
            self.waiting.append(waiter)
            self.wake.notify()
        if not waiter.done.wait(PATIENCE):
            raise NotStored("the disk did not confirm in time")
        if waiter.error:
            raise NotStored(str(waiter.error))
        return waiter.seq

    def stop(self) -> None:
        with self.wake:
            self.stopped = True
            self.wake.notify()
        self.thread.join()

    def _run(self) -> None:
        while True:
            with self.wake:
                while not self.waiting and not self.stopped:
                    self.wake.wait()
                gathered, self.waiting = self.waiting, []
            if gathered:
                self._commit(gathered)
            elif self.stopped:
                return self.close()

    def _commit(self, gathered: list[_Waiter]) -> None:
        try:
            for waiter, seq in zip(gathered, self.write([w.row for w in gathered]), strict=True):
                waiter.seq = seq
            failpoint("inbox.after_commit")
        except Exception as error:
            for waiter in gathered:
                waiter.error = error
        for waiter in gathered:
            waiter.done.set()


_current: Writer | None = None
_starting = threading.Lock()


def _writer() -> Writer:
    """This process's writer; a fresh one after a fork."""
    global _current
    if _current is None or _current.pid != os.getpid():
        with _starting:
            if _current is None or _current.pid != os.getpid():
                chosen = store()
                _current = Writer(chosen.write, chosen.close)
    return _current


def stop() -> None:
    """Commit what waits and end the writer thread (tests, orderly shutdown)."""
    global _current
    with _starting:
        if _current is not None and _current.pid == os.getpid():
            _current.stop()
        _current = None
