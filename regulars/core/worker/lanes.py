"""What runs in the lanes: loops, one batch after the other, and queued jobs, each in a process of its own."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable

from django.db import connection, connections

from regulars.core import queue
from regulars.core.clock import now_us
from regulars.core.locks import exclusive
from regulars.core.loops import LOOPS, Loop
from regulars.core.models import QueuedJob
from regulars.core.worker.beats import note
from regulars.core.worker.processes import die_with_parent

log = logging.getLogger(__name__)
TAKE_UP_EVERY = 15.0


class Stop:
    """Becomes true on SIGTERM, so that a batch is finished before the process ends."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def run_loops(lane: str) -> None:
    """Run the loops of a lane round and round until stopped; an error in one never holds up the others."""
    stop, loops = Stop(), [found for found in LOOPS.values() if found.lane == lane]
    gc.freeze()  # what is loaded stays: a full collection walks through it for 60 to 100 ms, even with a lock held
    due = dict.fromkeys((found.name for found in loops), 0.0)
    while not stop.asked:
        for found in loops:
            if time.monotonic() >= due[found.name] and not stop.asked:
                due[found.name] = time.monotonic() + (0 if _pass(found) else found.idle)
        pause = min(due.values(), default=0) - time.monotonic()
        if pause > 0:
            time.sleep(min(pause, 0.5))


def _pass(found: Loop) -> bool:
    try:
        worked = found.step(now_us())
    except Exception:
        log.exception("Loop %s failed and is tried again", found.name)
        connections.close_all()
        time.sleep(1)
        return False
    note(found.name, worked=bool(worked))
    return bool(worked)


def run_jobs(lane: str, *, beat: Callable[[int], None] | None = None) -> None:
    """Take queued jobs of a lane one by one, each in a fork, so that what it loads is given back."""
    stop, holder = Stop(), f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    with exclusive(queue.lock_of(holder)):
        next_take_up = 0.0
        while not stop.asked:
            if time.monotonic() >= next_take_up:
                queue.take_up(but=holder)
                next_take_up = time.monotonic() + TAKE_UP_EVERY
            if beat:
                beat(now_us())
            queued = queue.claim(lane=lane, holder=holder, at=now_us())
            if queued is None:
                note(f"jobs-{lane}", worked=False)
                time.sleep(0.5)
            else:
                _in_a_fork(queued, holder)


def _in_a_fork(queued: QueuedJob, holder: str) -> None:
    if connection.vendor == "sqlite":
        connections.close_all()  # SQLite connections must not cross a fork
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            die_with_parent(parent)
            _leave_connections_to_parent()
            queue.run(queued)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    queue.end_if_silent(queued, holder=holder)


_parents: list[object] = []


def _leave_connections_to_parent() -> None:
    """On PostgreSQL the parent's connection holds its lock: neither use nor close it here."""
    for alias in connections:
        if hasattr(connections._connections, alias):
            _parents.append(connections[alias])
            delattr(connections._connections, alias)
