"""The queue behind `@job`: claim, run, retry with back-off, take up again what a killed worker held.

A worker process holds a lock that vanishes with it (core.locks). A claimed job whose holder's lock is free
belongs to a dead process and waits again at once. docs/adr/0002-jobs.md says why this is our own.
"""

from __future__ import annotations

import logging
import traceback

from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.clock import DAY, SECOND, now_us
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import REGISTRY, Job
from regulars.core.locks import exclusive
from regulars.core.models import QueuedJob

log = logging.getLogger(__name__)
declare("jobs.claimed", "jobs.ran")

KEEP_FINISHED = 7 * DAY
_WAITING = "claimed_us IS NULL AND finished_us IS NULL AND failed_us IS NULL"


def claim(*, lane: str, holder: str, at: int) -> QueuedJob | None:
    """The job of this lane that has been due longest, now held by `holder`; None when nothing is due."""
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with transaction.atomic():
        found = bulk.query(
            f"SELECT id FROM core_queuedjob WHERE {_WAITING} AND lane = %s AND due_us <= %s"
            f" ORDER BY due_us, id LIMIT 1 {skip}",
            [lane, at],
        )
        if not found:
            return None
        QueuedJob.objects.filter(id=found[0][0]).update(holder=holder, claimed_us=at, waiting=None)
    failpoint("jobs.claimed")
    return QueuedJob.objects.get(id=found[0][0])


def run(queued: QueuedJob) -> bool:
    """Run a claimed job and record how it ended. True when it succeeded; never raises for the job's faults."""
    declared = REGISTRY.get(queued.name)
    try:
        if declared is None:
            raise LookupError(f"No job is called {queued.name}: was it renamed while this one waited?")
        declared(**queued.arguments)
    except Exception as error:
        log.exception("Job %s %s failed", queued.name, queued.id)
        _failed(queued, declared, error)
        return False
    failpoint("jobs.ran")
    QueuedJob.objects.filter(id=queued.id).update(finished_us=now_us(), error="")
    return True


def _failed(queued: QueuedJob, declared: Job | None, error: Exception) -> None:
    at, attempts = now_us(), queued.attempts + 1
    text = "".join(traceback.format_exception_only(error)).strip()[:2000]
    change = {"attempts": attempts, "error": text, "holder": None, "claimed_us": None}
    if declared is None or attempts > declared.retries:
        change = {"attempts": attempts, "error": text, "failed_us": at}
    else:
        change["due_us"] = at + 10 * SECOND * 2 ** (attempts - 1)
    QueuedJob.objects.filter(id=queued.id).update(**change)


def end_if_silent(queued: QueuedJob, *, holder: str) -> None:
    """Count a job as failed when its process ended without a word (killed, out of memory)."""
    held = QueuedJob.objects.filter(id=queued.id, holder=holder, finished_us=None, failed_us=None)
    if held.exists():
        _failed(queued, REGISTRY.get(queued.name), RuntimeError("Its process was killed (out of memory?)."))


def lock_of(holder: str) -> str:
    """The name of the lock that a holder keeps while it lives."""
    return f"job-holder-{holder}"


def take_up(*, but: str) -> int:
    """Let the jobs of dead holders wait again; returns how many. `but` is the caller's own holder name."""
    holders = QueuedJob.objects.filter(claimed_us__isnull=False, finished_us=None, failed_us=None)
    freed = 0
    for name in holders.exclude(holder=but).values_list("holder", flat=True).distinct():
        with exclusive(lock_of(name)) as dead:
            if dead:
                freed += holders.filter(holder=name).update(holder=None, claimed_us=None)
    return freed


def prune(*, at: int) -> int:
    """Forget jobs that ended more than a week ago; returns how many."""
    return QueuedJob.objects.filter(finished_us__lt=at - KEEP_FINISHED).delete()[0]
