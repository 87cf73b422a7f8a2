"""SQLite's write-ahead log: how much of it waits, moving it into the database, and making it durable.

As part of a commit, as SQLite does it, moving keeps other writers waiting (measured: one transaction in five took
23 ms instead of 15). And done often, a page that many transactions change is written many times: so it is done
seldom, by whoever has time, while others write.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Callable
from contextlib import suppress

ENOUGH = 16_000  # pages that wait: 64 MB
TOO_LONG = 48_000  # pages in all: the log starts over only when nothing waits and nobody reads it


def move(db: sqlite3.Connection, name: str, *, patient: bool, alone: Callable[[Callable[[], None]], None]) -> None:
    """Move the log into the database when enough of it waits; who is not `patient` leaves that to others as long as
    it can. `alone` runs something while nobody writes: it is needed for the last piece, so that the log starts over.
    """
    length, moved = pages(name)
    if length - moved > ENOUGH * (1 if patient else 2):
        _checkpoint(db)
        if length > TOO_LONG:
            alone(lambda: _checkpoint(db))


def _checkpoint(db: sqlite3.Connection) -> None:
    with suppress(sqlite3.OperationalError):  # a statement of ours is still being read: the next time
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")


def pages(name: str) -> tuple[int, int]:
    """(pages in the log, how many of them are in the database), as the log's index has it; zeros without one.

    Offsets: "WAL-File Format" of SQLite's documentation, mxFrame and nBackfill.
    """
    try:
        start = os.pread(_index(f"{name}-shm"), 100, 0)
    except FileNotFoundError:
        return 0, 0
    if len(start) < 100:
        return 0, 0
    return struct.unpack_from("=I", start, 16)[0], struct.unpack_from("=I", start, 96)[0]


_open: dict[str, tuple[int, int]] = {}  # path -> (inode, handle)


def _index(path: str) -> int:
    """The log's index, opened once and never closed: closing any handle of it would drop SQLite's own locks on it."""
    inode = os.stat(path).st_ino
    if _open.get(path, (0, 0))[0] != inode:
        _open[path] = inode, os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return _open[path][1]


def settle(name: str) -> None:
    """Return when everything committed so far would survive a power failure."""
    with suppress(FileNotFoundError):  # nothing was ever written
        handle = os.open(f"{name}-wal", os.O_RDONLY)
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)
