"""Threads for accounts: one at a time for each, so that a slow network keeps nobody waiting but itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable

from django.db import connection

from regulars.core.clock import now_us

log = logging.getLogger(__name__)


class Crew:
    """Runs `work(account_id, at) -> bool` in a thread per account, again while it says True.

    A thread that is stuck longer than `patience` seconds no longer counts: its lease has run out, what it may still
    bring is refused, and the account is tried anew.
    """

    def __init__(self, name: str, work: Callable[[int, int], bool], *, patience: float) -> None:
        self.name, self.work, self.patience = name, work, patience
        self.busy: dict[int, tuple[threading.Thread, float]] = {}

    def send(self, account_ids: Iterable[int]) -> None:
        """Start a thread for each of these accounts that has none."""
        now = time.monotonic()
        live = {n: (t, began) for n, (t, began) in self.busy.items() if t.is_alive() and now - began < self.patience}
        self.busy = live
        for number in account_ids:
            if number not in live:
                name = f"{self.name}-{number}"
                thread = threading.Thread(target=self._run, args=(number, now), name=name, daemon=True)
                self.busy[number] = (thread, now)
                thread.start()

    def _run(self, account_id: int, began: float) -> None:
        try:
            while self.work(account_id, now_us()) and time.monotonic() - began < self.patience / 2:
                pass
        except Exception:
            log.exception("%s: account %s failed and is tried again", self.name, account_id)
            time.sleep(1)
        finally:
            connection.close()

    def wait(self, seconds: float = 30.0) -> None:
        """Return when all are done (tests, and a worker that stops)."""
        for thread, _ in list(self.busy.values()):
            thread.join(seconds)
