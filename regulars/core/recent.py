"""Answers that may be a moment old: a busy door asks for them once a second and process, not with every request."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

Found = TypeVar("Found")
FRESH = 1.0  # seconds
MOST = 1000

_kept: dict[Hashable, tuple[float, object]] = {}


def recent(key: Hashable, ask: Callable[[], Found | None], *, anew: bool = False) -> Found | None:
    """What `ask` answered under this key at most a second ago, or answers now. That there is nothing is not kept.
    `anew`: it asks in any case, and keeps what it hears."""
    kept = None if anew else _kept.get(key)
    if kept is not None and time.monotonic() - kept[0] < FRESH:
        return kept[1]
    began, found = time.monotonic(), ask()
    if found is not None:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = began, found
    return found


def forget() -> None:
    """Ask anew from now on, in this process: whoever changes such a thing calls it."""
    _kept.clear()
