"""Start the parts: web, worker, or both together under one supervisor."""

from __future__ import annotations

import gc
import logging

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from regulars.config.schedule import PERIODIC
from regulars.core.clock import now_us
from regulars.core.locks import exclusive
from regulars.core.log import check_epoch
from regulars.core.loops import LOOPS
from regulars.core.models import Business
from regulars.core.periodic import queue_due
from regulars.core.worker.lanes import run_jobs, run_loops
from regulars.core.worker.processes import Child, Supervisor

log = logging.getLogger(__name__)
JOB_LANES = ("soon", "long")


def prepare() -> None:
    """Bring the database up to date; another process doing the same is waited for."""
    with exclusive("migrate", wait=True):
        call_command("migrate", verbosity=0, interactive=False)
        check_epoch(now_us())
    connections.close_all()


def worker_children(*, processes: int) -> list[Child]:
    """A process per lane of loops, `processes` of each where the database allows several, and one per job lane.

    REGULARS_SENDERS says how many send bulk messages; what people wait for needs one.
    """
    many = connections["default"].vendor == "postgresql"
    several = processes if many else 1
    senders = {"bulk": settings.SENDERS if many and settings.SENDERS else several, "transactional": 1}
    children = [
        Child(f"{lane}-{n}", lambda lane=lane: run_loops(lane))
        for lane in sorted({found.lane for found in LOOPS.values()})
        for n in range(senders.get(lane, several))
    ]
    return children + [Child(f"jobs-{lane}", _jobs(lane)) for lane in JOB_LANES]


def _jobs(lane: str):
    started = now_us()

    def beat(at: int) -> None:
        if lane == "soon":
            queue_due(schedule=PERIODIC, zone=Business.load().timezone, at=at, since=started)

    return lambda: run_jobs(lane, beat=beat)


def run(children: list[Child]) -> None:
    """Run until SIGTERM or Ctrl-C."""
    connections.close_all()
    logging.captureWarnings(True)
    # what is loaded by now all children share; a collection in one of them would make its own copy (45 MB each)
    gc.collect()
    gc.freeze()
    Supervisor(children).run()


def address(host: str, port: int) -> str:
    """Where a browser finds it: `localhost` for loopback, because passkeys need a name."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "localhost") else host
    return settings.PUBLIC_URL if settings.HTTPS else f"http://{shown}:{port}"
