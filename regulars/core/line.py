"""The line of SQLite's writers: whoever waits is woken at once, and people go before work that has time.

SQLite itself lets writers sleep and try again, up to 100 ms at a time, and whoever writes most often gets the lock
again and again. A lock on a file wakes the next one at once; a second one says that somebody waits who should not.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import deque
from typing import NamedTuple

from regulars.core import wal


class Hold(NamedTuple):
    """Seconds for which this process kept other writers waiting, and how many of them were for its statements."""

    whole: float
    working: float


holds: deque[Hold] = deque(maxlen=20_000)  # lately, in this process


class Line:
    """The place of one connection in the line of writers: taken before BEGIN, left after COMMIT or ROLLBACK.

    `modest`: its transactions give way to everybody else's, and ask `somebody_waits` whether to end early.
    """

    def __init__(self, connection) -> None:
        self.handle, self.waiting, self.owner, self.since = -1, -1, 0, 0.0
        self.modest = False
        self.connection, self.name = connection, str(connection.settings_dict["NAME"])
        self.begin = connection._start_transaction_under_autocommit
        connection._start_transaction_under_autocommit = self.start
        for ending in ("_commit", "_rollback", "_close"):
            setattr(connection, ending, self.then_next(getattr(connection, ending), tidy=ending == "_commit"))

    def open(self) -> None:
        """A lock belongs to the opened file, which must not be shared with the process we were forked from."""
        if self.owner != os.getpid():
            self.handle, self.waiting = (_opened(f"{self.name}-{which}") for which in ("writers", "waiting"))
            self.owner = os.getpid()

    def start(self) -> None:
        self._stand()
        self.since = time.monotonic()
        try:
            self.begin()
        except BaseException:
            fcntl.flock(self.handle, fcntl.LOCK_UN)
            raise

    def _stand(self) -> None:
        if not _at_once(self.handle):
            if self.modest:
                fcntl.flock(self.handle, fcntl.LOCK_EX)
            else:
                fcntl.flock(self.waiting, fcntl.LOCK_SH)
                try:
                    fcntl.flock(self.handle, fcntl.LOCK_EX)
                finally:
                    fcntl.flock(self.waiting, fcntl.LOCK_UN)

    def somebody_waits(self) -> bool:
        """Does a writer wait that is not modest?"""
        if free := _at_once(self.waiting):
            fcntl.flock(self.waiting, fcntl.LOCK_UN)
        return not free

    def then_next(self, ending, *, tidy: bool):
        def end() -> None:
            ended = time.monotonic()
            try:
                ending()
            finally:
                if self.owner == os.getpid():
                    fcntl.flock(self.handle, fcntl.LOCK_UN)
                    self._note(ended)
            if tidy and self.connection.connection is not None:
                wal.move(self.connection.connection, self.name, patient=self.modest, alone=self._alone)

        return end

    def _alone(self, work) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        try:
            work()
        finally:
            fcntl.flock(self.handle, fcntl.LOCK_UN)

    def _note(self, ended: float) -> None:
        if self.since:
            holds.append(Hold(time.monotonic() - self.since, ended - self.since))
            self.since = 0.0


def _opened(path: str) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)


def _at_once(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
