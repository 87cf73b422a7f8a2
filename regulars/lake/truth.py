"""Reading what is to be copied from the truth: plain SQL into Arrow, on both databases, without the ORM's objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.log import Position, where_after
from regulars.core.models import Offset
from regulars.core.plugs import ReplicaTable, registry
from regulars.lake.tables import TYPES


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of one moment. Takes no write lock; keep it well under a second."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        _run("BEGIN DEFERRED")
        try:
            yield
        finally:
            _run("ROLLBACK")


def entries(log: ReplicaTable, after: Position, limit: int, *, extra: Sequence[str] = ()) -> tuple[list, Position]:
    """The next rows of a log (its columns, then `extra`), and the place of the last one."""
    condition, values = where_after(after)
    order = "tx, id" if connection.vendor == "postgresql" else "id"
    picks = [sql for sql, _ in log.columns.values()]
    rows = _all(
        f"SELECT {', '.join(['tx', 'id', *picks, *extra])} FROM {log.sql_table}"
        f" WHERE {condition} ORDER BY {order} LIMIT {int(limit)}",
        values,
    )
    return rows, (rows[-1][0], rows[-1][1]) if rows else after


def erased_after(after: Position) -> list[int]:
    """The nodes erased after this place, those of transactions that committed out of order included."""
    log = of_kind("erased")
    if log is None:
        return []
    (sql, _), *_ = log.columns.values()
    condition, values = (
        ("(tx, id) > (%s, %s)", list(after)) if connection.vendor == "postgresql" else ("id > %s", [after[1]])
    )
    return [node for (node,) in _all(f"SELECT {sql} FROM {log.sql_table} WHERE {condition}", values)]


def place_of(consumer: str) -> Position | None:
    """How far a consumer has read its log (its slowest shard); None when it never did."""
    return min(Offset.objects.filter(consumer=consumer).values_list("tx", "entry"), default=None)


def waiting(log: ReplicaTable, after: Position) -> int:
    """How many entries of a log come after a place; counts to 100,000 and no further."""
    condition, values = "id > %s", [after[1]]
    if connection.vendor == "postgresql":
        condition, values = "(tx, id) > (%s, %s) AND tx > 0", list(after)
    some = f"SELECT 1 FROM {log.sql_table} WHERE {condition} LIMIT 100000"
    return _all(f"SELECT count(*) FROM ({some}) AS waiting", values)[0][0]


def head(log: ReplicaTable) -> Position:
    """The place of the last entry that may be read."""
    condition, values = where_after((0, 0))
    order = "tx DESC, id DESC" if connection.vendor == "postgresql" else "id DESC"
    found = _all(f"SELECT tx, id FROM {log.sql_table} WHERE {condition} ORDER BY {order} LIMIT 1", values)
    return found[0] if found else (0, 0)


def page_of(table: ReplicaTable, subject: str, after: int, limit: int) -> pa.Table:
    """About `limit` rows of the subjects that follow, each subject with all its rows."""
    column = table.columns[subject][0]
    page = select(table, f"WHERE {column} > %s ORDER BY {column} LIMIT {int(limit)}", [after])
    if page.num_rows < limit:
        return page
    last = page[subject][-1].as_py()
    whole = page.filter(pc.less(page[subject], last))
    return whole if whole.num_rows else rows_of(table, subject, [last])


def nodes_of(persons: Sequence[int]) -> list[int]:
    """The nodes of these persons now."""
    nodes = registry.replica["nodes"]
    node, person = nodes.columns[nodes.node_column][0], nodes.columns[nodes.person_column][0]
    wanted, values = bulk.table({"id": "bigint"}, ((p,) for p in persons))
    return [
        n
        for (n,) in _all(
            f"SELECT {node} FROM {nodes.sql_table} WHERE {person} IN (SELECT v.id FROM {wanted})", values
        )
    ]


def rows_of(table: ReplicaTable, column: str, ids: Sequence[int]) -> pa.Table:
    """The rows whose lake column is one of the ids."""
    wanted, values = bulk.table({"id": "bigint"}, ((i,) for i in ids))
    return select(table, f"WHERE {table.columns[column][0]} IN (SELECT v.id FROM {wanted})", values)


def select(table: ReplicaTable, rest: str = "", values: Sequence[Any] = ()) -> pa.Table:
    """Rows of a table with its declared columns."""
    picks = ", ".join(sql for sql, _ in table.columns.values())
    rows = _all(f"SELECT {picks} FROM {table.sql_table} {rest}", values)
    return arrow(list(zip(*rows, strict=True)), table.columns)


def scalar(sql: str) -> str:
    """One value as text; what `ReplicaTable.stamp` asks."""
    return str(_all(sql, [])[0][0])


def texts_of(log: ReplicaTable, ids: np.ndarray, names: Sequence[str]) -> Iterator[list[tuple[int, str, str]]]:
    """(id, name, JSON text) of these log rows as far as they have one of the names; in runs of nearby ids."""
    if not len(ids) or not names:
        return
    ids = np.sort(ids)
    marks = ", ".join(["%s"] * len(names))
    name = log.columns["name"][0]
    for run in np.split(ids, np.flatnonzero(np.diff(ids) > 10_000) + 1):
        for start in range(0, len(run), 50_000):
            part = run[start : start + 50_000]
            yield _all(
                f"SELECT id, {name}, {log.json_column} FROM {log.sql_table}"
                f" WHERE id BETWEEN %s AND %s AND {name} IN ({marks})",
                [int(part[0]), int(part[-1]), *names],
            )


def arrow(columns: Sequence[Sequence[Any]], declared: dict[str, tuple[str, str]]) -> pa.Table:
    """Columns from the database as Arrow columns of the declared types."""
    columns = columns or [()] * len(declared)
    types = {name: type_ for name, (_, type_) in declared.items()}
    return pa.table({n: _column(c, t) for c, (n, t) in zip(columns, types.items(), strict=True)})


def _column(values: Sequence[Any], type_: str) -> pa.Array:
    if type_ == "bool":  # SQLite answers 0 and 1
        values = [None if v is None else bool(v) for v in values]
    return pa.array(values, TYPES[type_])


def of_kind(kind: str) -> ReplicaTable | None:
    return next((t for t in registry.replica.values() if t.kind == kind), None)


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _all(sql: str, values: Sequence[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
