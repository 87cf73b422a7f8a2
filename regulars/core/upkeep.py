"""The house's own periodic jobs."""

from __future__ import annotations

from django.db import connection

from regulars.core import bulk, queue
from regulars.core.jobs import job

GROWN, FEW = 4, 500  # times the rows that were there when last looked at; below so many any index will do


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


@job(lane="soon")
def look_at_grown(*, at: int) -> None:
    """The same at once for tables that became much larger: after a first import, SQLite would otherwise read whole
    tables until the night. Looks at the highest number of each table only, which takes no time at any size."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            for table in _grown():
                cursor.execute(f'ANALYZE "{table}"')


def _grown() -> list[str]:
    tables = [
        name for (name,) in bulk.query(
            "SELECT m.name FROM sqlite_master m JOIN sqlite_master i ON i.tbl_name = m.name AND i.type = 'index'"
            " WHERE m.type = 'table' AND m.sql NOT LIKE '%%WITHOUT ROWID%%' AND m.sql NOT LIKE 'CREATE VIRTUAL%%'"
            " AND m.name NOT LIKE 'sqlite%%' GROUP BY m.name"
        )
    ]  # fmt: skip
    known = dict(_statistics())
    looks = " UNION ALL ".join(f"SELECT '{table}', max(rowid) FROM \"{table}\"" for table in tables)
    return [table for table, last in bulk.query(looks) if (last or 0) > max(FEW, GROWN * known.get(table, 0))]


def _statistics() -> list[tuple[str, int]]:
    """(table, how many rows it had when it was last looked at)."""
    if not bulk.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"):
        return []
    return bulk.query("SELECT tbl, max(CAST(stat AS integer)) FROM sqlite_stat1 GROUP BY tbl")
