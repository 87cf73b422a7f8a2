"""For how long networks let us answer in private after somebody wrote (their own rule, a hard deadline)."""

from __future__ import annotations

import functools
from importlib import import_module, util


@functools.cache
def window_of(kind: str) -> int | None:
    """In microseconds; None: always, or the network is not known here."""
    name = f"regulars.channels.providers.{kind}"
    if not kind.isidentifier() or not util.find_spec(name):
        return None
    return getattr(getattr(import_module(name), "NETWORK", None), "window_us", None)
