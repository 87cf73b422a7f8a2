"""Keep child processes alive: start, restart with back-off, stop, and never outlive the parent."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1


def _how(status: int) -> str:
    """How a process ended, for people: by itself, or by which signal."""
    code = os.waitstatus_to_exitcode(status)
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


@dataclass
class Child:
    """One process to keep alive: `run` is called in the fork and never returns normally."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0


def die_with_parent(parent: int, *, sign: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to end this process when its parent ends, however that happens (Linux; elsewhere nothing)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:
        os._exit(0)


def start(child: Child, now: float) -> None:
    """Fork, and run the child in the fork. A child started before its supervisor is taken over by it."""
    parent = os.getpid()
    child.pid, child.started = os.fork(), now
    if child.pid:
        return
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        die_with_parent(parent)
        child.run()
        code = 0
    except Exception:
        log.exception("%s stopped by an error", child.name)
    finally:
        os._exit(code)


_asked: list[int] = []


def heed_stop() -> None:
    """From now on Ctrl-C and SIGTERM raise KeyboardInterrupt, and are remembered: raised in a finaliser, it would be
    swallowed, and whoever asked would wait for ever."""
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, _interrupt)


def _interrupt(sign: int, _: object) -> None:
    _asked.append(sign)
    raise KeyboardInterrupt


class Supervisor:
    """Runs children until told to stop. A child that ends is started again, after 0, 1, 2, 4 ... 30 seconds."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self, beat: Callable[[], None] | None = None) -> None:
        """Block until SIGTERM or SIGINT; then stop the children, at the latest after ten seconds."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        self.stopping = bool(_asked)
        while not self.stopping:
            self._start_due()
            self._reap()
            if beat:
                beat()
            time.sleep(0.2)
        self._end()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if not child.pid and now >= child.due:
                start(child, now)

    def _reap(self) -> None:
        for child in self.children:
            pid, status = os.waitpid(child.pid, os.WNOHANG) if child.pid else (0, 0)
            if pid:
                lived = time.monotonic() - child.started
                child.pause = 0.0 if lived > 30 else min(30.0, child.pause * 2 or 1.0)
                child.pid, child.due = 0, time.monotonic() + child.pause
                if not self.stopping:
                    log.warning("%s %s and is started again in %.0f s", child.name, _how(status), child.pause)

    def _end(self) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + 10
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.05)
        for child in self.children:
            if child.pid:
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
