"""Work for later: `@job` lets an action also run in the background, as `action.later(...)`.

A job is a row that commits with the change that queued it. Arguments are ids and plain values, never personal
data. A job may run twice (its worker was killed), so running it twice must be harmless.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from regulars.core.clock import now_us
from regulars.core.models import QueuedJob

REGISTRY: dict[str, Job] = {}


@dataclass
class Job:
    """A function that can be called now, `job(...)`, or queued, `job.later(...)`.

    `lane` is "soon" (seconds) or "long" (imports, models). After a failure it is tried again `retries` times,
    after 10 s, 20 s, 40 s and so on; then it stays in the list of failed jobs.
    """

    run: Callable[..., Any]
    lane: str
    retries: int

    @property
    def name(self) -> str:
        return f"{self.run.__module__}.{self.run.__qualname__}"

    def __call__(self, **arguments: Any) -> Any:
        return self.run(**arguments)

    def later(self, *, due_us: int = 0, once: str | None = None, **arguments: Any) -> None:
        """Queue it in this transaction, not before `due_us`.

        The same job with the same arguments waits at most once: queueing it again before it starts changes
        nothing. `once` names a job that is queued at most once for ever (a periodic job and its due time).
        """
        waiting = None if once else f"{self.name}:{json.dumps(arguments, sort_keys=True)}"[:250]
        QueuedJob.objects.bulk_create(
            [
                QueuedJob(
                    name=self.name,
                    arguments=arguments,
                    lane=self.lane,
                    due_us=due_us,
                    created_us=now_us(),
                    once=once,
                    waiting=waiting,
                )
            ],
            ignore_conflicts=True,
        )


def job(*, lane: str = "long", retries: int = 5) -> Callable[[Callable[..., Any]], Job]:
    """Declare a job (see Job). Its function takes keyword arguments that JSON can hold."""

    def declare(run: Callable[..., Any]) -> Job:
        made = Job(run, lane, retries)
        functools.update_wrapper(made, run)
        REGISTRY[made.name] = made
        return made

    return declare
