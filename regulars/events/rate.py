"""How many events a key may send: a token bucket per key in each process, ten seconds deep."""

from __future__ import annotations

import threading
import time

DEPTH = 10.0  # seconds of the allowed rate that may come at once

_buckets: dict[int, tuple[float, float]] = {}  # source -> (events left, when)
_lock = threading.Lock()


def wait_for(source_id: int, events: int, per_second: float) -> int:
    """0 when the events may come now, else the seconds after which to try again."""
    now = time.monotonic()
    with _lock:
        left, when = _buckets.get(source_id, (per_second * DEPTH, now))
        left = min(per_second * DEPTH, left + (now - when) * per_second)
        if left <= 0:
            _buckets[source_id] = (left, now)
            return max(1, round(-left / per_second + 0.5))
        _buckets[source_id] = (left - events, now)
    return 0
