"""Locks between processes that vanish with their holder: nothing to clean up after a kill."""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def exclusive(name: str, *, wait: bool = False) -> Iterator[bool]:
    """Yields True while this process holds the lock, False at once when another one does (or waits its turn).

    SQLite: flock on a file under the home. PostgreSQL: a session advisory lock, so that it holds across
    machines. Not re-entrant.
    """
    if connection.vendor == "postgresql":
        yield from _advisory(name, wait)
    else:
        yield from _flock(name, wait)


def _flock(name: str, wait: bool) -> Iterator[bool]:
    folder = settings.REGULARS_HOME / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / name.replace("/", "-"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            try:
                yield True
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)  # a child forked meanwhile has the file open still
    finally:
        os.close(handle)


def _advisory(name: str, wait: bool) -> Iterator[bool]:
    key = zlib.crc32(name.encode())
    lock = "SELECT true FROM pg_advisory_lock(7269, %s)" if wait else "SELECT pg_try_advisory_lock(7269, %s)"
    with connection.cursor() as cursor:
        cursor.execute(lock, [key - 2**31])
        held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(7269, %s)", [key - 2**31])
