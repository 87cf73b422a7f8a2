"""Questions of benchmarks/ingest.py to an installation, asked in a process of its own.

`python -m benchmarks.house source | fill REQUESTS | wait | forget | holds`
"""

from __future__ import annotations

import gc
import secrets
import sys
import time

import django

django.setup()

from benchmarks.load import TOKEN, body  # noqa: E402
from regulars.core import bulk  # noqa: E402
from regulars.core.clock import now_us  # noqa: E402
from regulars.core.models import Business, Offset  # noqa: E402
from regulars.events import actions, backlog, inbox  # noqa: E402
from regulars.events.models import Event, Source  # noqa: E402

FOLLOWERS = ("profiles", "customers")  # who reads the log of touched people


def source() -> None:
    """A business and a source; prints its key."""
    Business.objects.create(name="Bench", timezone="Europe/London", currency="GBP")
    made = actions.create_source(name="bench", by="system", at=now_us())
    made.settings = {"events_per_second": 10_000_000}
    made.save()
    print(made.key)


def fill(requests: str) -> None:
    """Put so many requests into the inbox."""
    shop = Source.objects.get().id
    for _ in range(int(requests)):
        content = body().replace(TOKEN, secrets.token_hex(4).encode())
        inbox.append(source_id=shop, path="/v1/batch", body=content, at=now_us())
    inbox.stop()


def wait() -> None:
    """Print when the first event was in the log, when all were, and when every consumer was at its end."""
    box = inbox.store()
    while not Event.objects.exists():
        time.sleep(0.01)
    began = time.monotonic()
    while box.waiting()[0]:
        time.sleep(0.05)
    taken = time.monotonic()
    while not _followed():
        time.sleep(0.05)
    print(began, taken, time.monotonic())


def _followed() -> bool:
    if any(found.waiting for found in backlog.lag(now_us())):
        return False
    newest = bulk.query("SELECT coalesce(max(id), 0) FROM people_touch")[0][0]
    places = dict(Offset.objects.filter(consumer__in=FOLLOWERS).values_list("consumer", "entry"))
    return all(places.get(name, 0) >= newest for name in FOLLOWERS)


def forget() -> None:
    """Take in nothing of what waits: the next measurement begins with an empty backlog."""
    box = inbox.store()
    if box.parallel:
        bulk.execute("UPDATE events_raw SET done_us = 1 WHERE done_us IS NULL")
    else:
        box.mark(box.last_seq())


def holds() -> None:
    """Do all of the work that waits here, without workers; print for how many ms SQLite's writer lock was held:
    p50, p99 and maximum, then the same without the commits."""
    from regulars.core import sqlite
    from regulars.core.loops import LOOPS

    gc.collect()
    gc.freeze()  # as in a worker
    sqlite.holds.clear()
    for name in ("ingest", "consumers", *FOLLOWERS):
        while LOOPS[name].step(now_us()):
            pass
    for times in (sorted(hold.whole for hold in sqlite.holds), sorted(hold.working for hold in sqlite.holds)):
        print(*(round(times[int((len(times) - 1) * part)] * 1000, 1) for part in (0.5, 0.99, 1)))


if __name__ == "__main__":
    {"source": source, "fill": fill, "wait": wait, "forget": forget, "holds": holds}[sys.argv[1]](*sys.argv[2:])
