"""A batch on its way: carried by a thread of its own while this one speaks with the database."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from regulars.channels.delivery.claiming import Claimed
from regulars.channels.delivery.ways import carry
from regulars.channels.models import Server
from regulars.channels.providers import Outcome, Parcel

SWITCH = 0.0005  # seconds
_pools: dict[int, ThreadPoolExecutor] = {}


def _pool() -> ThreadPoolExecutor:
    """One thread for this process: carriers are for one thread. Not inherited over a fork."""
    if os.getpid() not in _pools:
        _pools.clear()
        _pools[os.getpid()] = ThreadPoolExecutor(max_workers=1, thread_name_prefix="carry")
    return _pools[os.getpid()]


@cache
def tune_process() -> None:
    """For processes that do nothing but deliver: threads take turns quickly, so that no answer of the database waits
    for five milliseconds of rendering, and what was loaded so far is no longer looked through for garbage."""
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()


@dataclass
class Flight:
    """Messages in hand-off, by number: the server of each, its lines (see learn_pauses), the parcels by server."""

    messages: dict[int, Claimed]
    servers_of: dict[int, int]
    lines: dict[int, tuple[str, str]]
    boxes: dict[int, list[Parcel]]
    servers: dict[int, Server]
    outcomes: Sequence[Outcome] = ()
    _future: Future | None = field(default=None, repr=False)

    def start(self, at: int) -> Flight:
        """Off it goes; returns itself."""
        self._future = _pool().submit(carry, self.boxes, self.servers, at)
        self.boxes = {}
        return self

    def wait(self) -> Sequence[Outcome]:
        """The answers, when they are all there. Asking again gives them again."""
        if self._future:
            self.outcomes, self._future = self._future.result(), None
        return self.outcomes
