"""The house's own periodic jobs."""

from __future__ import annotations

from regulars.core import queue
from regulars.core.jobs import job


@job(lane="soon")
def prune_jobs(*, at: int) -> None:
    """Forget jobs that ended more than a week ago."""
    queue.prune(at=at)
