"""The house's own periodic jobs."""

from __future__ import annotations

from django.db import connection

from regulars.core import queue
from regulars.core.jobs import job


@job(lane="soon")
def prune_jobs(*, at: int) -> None:
    """Forget jobs that ended more than a week ago."""
    queue.prune(at=at)


@job(lane="soon")
def keep_statistics(*, at: int) -> None:
    """Let SQLite look at what its tables hold, so that it picks the right index; PostgreSQL does so by itself.

    `analysis_limit` bounds how much of an index is read, so that it takes a moment at any size
    (sqlite.org/lang_analyze).
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")
