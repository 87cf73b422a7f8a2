"""Counts over millions of rows: what took long is kept for a while, longer the longer it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

SLOW, TIMES, MOST = 0.05, 100, 1000  # seconds from which on a count is kept, and for how many times as long
Found = TypeVar("Found")
_kept: dict[str, tuple[float, object]] = {}


def seldom(key: str, count: Callable[[], Found]) -> Found:
    """What `count` says, or said a short while ago in this process: after half a second of counting, 50 seconds."""
    until, found = _kept.get(key, (0.0, None))
    if time.monotonic() < until:
        return found
    began = time.monotonic()
    found = count()
    if (took := time.monotonic() - began) > SLOW:
        if len(_kept) > MOST:
            _kept.clear()
        _kept[key] = (time.monotonic() + took * TIMES, found)
    return found
