"""Who holds claimed messages: a process, known by a lock that vanishes with it."""

from __future__ import annotations

import atexit
import os
import secrets
import socket
from contextlib import ExitStack, suppress

from django.db import Error, connection, transaction

from regulars.channels.models import Message, State
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive

declare("delivery.taken_up")
NOT_RECORDED = "The worker ended before the other side's answer was noted."


class Holder:
    """The name this process claims by, and the lock that proves it alive. A lost database session ends the name."""

    def __init__(self) -> None:
        self.name, self._session, self._pid = "", None, 0
        self._lock = ExitStack()

    def hold(self) -> str:
        """The name, renewed after a fork, a lost session or `leave`."""
        connection.ensure_connection()
        if self._session is not connection.connection or self._pid != os.getpid():
            self.leave()
            name = f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(6)}"
            if not self._lock.enter_context(exclusive(lock_of(name))):
                raise RuntimeError("A lock that nobody else can know is taken.")
            self.name, self._session, self._pid = name, connection.connection, os.getpid()
        return self.name

    def leave(self) -> None:
        """Let go: what is still claimed by the name belongs to whoever takes it up."""
        lock, self._lock = self._lock, ExitStack()
        self.name, self._session = "", None
        if self._pid == os.getpid():
            with suppress(Error):
                lock.close()
        else:
            lock.pop_all()  # our parent's


MINE = Holder()
atexit.register(MINE.leave)


def lock_of(name: str) -> str:
    """The name of the lock that a holder keeps while it lives."""
    return f"messages-{name}"


def take_up(at: int, *, but: str) -> int:
    """Free what dead holders left: claimed rows are planned again, rows in hand-off become unknown. How many."""
    held = Message.objects.filter(state__in=(State.CLAIMED, State.HANDING_OFF))
    freed = 0
    for name in held.exclude(claimed_by=but).order_by().values_list("claimed_by", flat=True).distinct():
        with exclusive(lock_of(name)) as dead:
            freed += _free(name, at) if dead else 0
    return freed


def _free(name: str, at: int) -> int:
    theirs = Message.objects.filter(claimed_by=name)
    with transaction.atomic():
        again = theirs.filter(state=State.CLAIMED).update(state=State.PLANNED, claimed_by="", claimed_us=None)
        lost = theirs.filter(state=State.HANDING_OFF)
        unknown = lost.update(state=State.UNKNOWN, ended_us=at, reply=NOT_RECORDED)
    failpoint("delivery.taken_up")
    return again + unknown
