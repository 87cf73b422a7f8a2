"""Work for later: `@job` lets an action also run in the background, as `action.later(...)`.

The job commits with the change that queued it. Arguments are ids and plain values, never personal data.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

REGISTRY: dict[str, Job] = {}


@dataclass
class Job:
    """A function that can be called now, `job(...)`, or queued, `job.later(...)`."""

    run: Callable[..., Any]
    lane: str
    retries: int

    @property
    def name(self) -> str:
        return f"{self.run.__module__}.{self.run.__qualname__}"

    def __call__(self, **arguments: Any) -> Any:
        return self.run(**arguments)

    def later(self, **arguments: Any) -> None:
        """Queue it in this transaction. Retried with back-off; a killed worker's job is taken up again."""
        from django_q.tasks import async_task

        async_task("regulars.core.jobs.run_job", self.name, arguments, group=self.lane)


def job(*, lane: str = "long", retries: int = 5) -> Callable[[Callable[..., Any]], Job]:
    """Declare a job. `lane` is "long" (imports, models) or "soon" (seconds)."""

    def declare(run: Callable[..., Any]) -> Job:
        made = Job(run, lane, retries)
        functools.update_wrapper(made, run)
        REGISTRY[made.name] = made
        return made

    return declare


def run_job(name: str, arguments: dict[str, Any]) -> None:
    """What the queue calls: find the job by name and run it."""
    REGISTRY[name](**arguments)
