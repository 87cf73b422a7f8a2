"""After a test that committed, the tables are emptied: only those that hold something. Django's flush would empty all
of some two hundred and then fill in permissions and content types anew; here these stay."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, transaction

KEPT = {"django_content_type", "auth_permission"}  # filled by migrating
MANY = 2**18  # bytes from which on PostgreSQL has truncated a table sooner than deleted its rows and read over them


def empty_tables(case: Any = None) -> None:
    """Delete every row of every table but those that migrating made. Numbers go on where they were."""
    empty = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with transaction.atomic(), connection.cursor() as cursor:
        empty(cursor)


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)


def _on_postgresql(cursor: Any) -> None:
    """A table without a page has no row; guards and references do not count while we clear up."""
    cursor.execute(
        "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r'"
        " AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0",
        [_tables()],
    )
    used = cursor.fetchall()
    cursor.execute("SET LOCAL session_replication_role = replica")
    small = [f'DELETE FROM "{table}"' for table, size in used if size <= MANY]
    large = [f'"{table}"' for table, size in used if size > MANY]
    if large:
        small.append(f"TRUNCATE {', '.join(large)} CASCADE")
    if small:
        cursor.execute("; ".join(small))


def _on_sqlite(cursor: Any) -> None:
    """The guards of the ledger refuse deleting, so they are taken away while their tables are emptied."""
    from regulars.loyalty.ledger import guards

    looks = [f"SELECT '{table}' FROM (SELECT 1) WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in _tables()]
    used = [table for (table,) in cursor.execute(" UNION ALL ".join(looks)).fetchall()]
    guarded = any(table.startswith("loyalty_") for table in used)
    if guarded:
        guards.lift(connection)
    for table in used:
        cursor.execute(f'DELETE FROM "{table}"')
    if guarded:
        guards.install(connection)
