"""One version of the lake, ready to be asked. Shared by all engines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from regulars.lake.engines import Engine
from regulars.lake.manifest import Manifest, TableState
from regulars.lake.tables import GONE

ERASED = "erased__nodes"


class SnapshotGone(Exception):
    """A file of this snapshot was deleted (compaction or erasure, after the grace). Ask the newest one."""


class Snapshot:
    """Tables that do not change while you ask. Not to be shared between threads."""

    def __init__(self, engine: Engine, folder: Path, manifest: Manifest, *, erased: Sequence[int] = (),
                 given: dict[str, pa.Table] | None = None) -> None:  # fmt: skip
        self._engine, self._folder, self._manifest = engine, folder, manifest
        self._erased = sorted({*manifest.erased, *erased})
        self._given: dict[str, ibis.Schema] = {}
        self._shown: set[str] = set()
        for name, rows in (given or {}).items():
            self.add(name, rows)

    @property
    def version(self) -> int:
        return self._manifest.version

    @property
    def watermark(self) -> tuple[int, int]:
        """The position (tx, id) in the event log up to which everything is in."""
        return self._manifest.watermark

    @property
    def positions(self) -> dict[str, tuple[int, int]]:
        """Per table, how far it is in the log it follows; tables still being copied for the first time are not
        in it."""
        places = self._manifest.offsets
        return {n: p for n, p in places.items() if n in self._manifest.tables and f"fill:{n}" not in places}

    def filling(self, name: str) -> set[str]:
        """Columns of a table whose older values may be missing yet, because they were declared a moment ago."""
        return self._state(name).filling

    @property
    def at(self) -> int:
        """When this version was written, in us."""
        return self._manifest.at

    def ibis(self, name: str) -> ibis.Table:
        """A table to build expressions on; usable on every snapshot that has these columns.

        Raises KeyError that names the tables there are.
        """
        return table(name, self._given.get(name) or self._state(name).columns)

    def add(self, name: str, rows: pa.Table) -> None:
        """Bring rows of your own into this snapshot, under a name expressions can use."""
        self._engine.register(name, rows)
        self._given[name] = ibis.Schema.from_pyarrow(rows.schema)

    def arrow(self, expression: ibis.Table) -> pa.Table:
        """The answer as an Arrow table with the expression's columns and types. Raises SnapshotGone."""
        sql = compiled(expression.op(), self._engine.dialect)
        try:
            for name in tables_in(expression):
                self._show(name)
            answer = self._engine.fetch(sql)
        except self._engine.errors:
            self._raise_if_gone()
            raise
        return answer.cast(expression.schema().to_pyarrow())

    def rows(self, expression: ibis.Table) -> list[dict[str, Any]]:
        """The answer as one dict per row."""
        return self.arrow(expression).to_pylist()

    def close(self) -> None:
        self._engine.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _state(self, name: str) -> TableState:
        try:
            return self._manifest.tables[name]
        except KeyError:
            known = ", ".join(sorted({*self._manifest.tables, *self._given})) or "none yet"
            raise KeyError(f"The lake has no table “{name}”. It has: {known}.") from None

    def _show(self, name: str) -> None:
        """Make the table known to the engine, once."""
        if name in self._given or name in self._shown:
            return
        state = self._state(name)
        files = [str(self._folder / path) for path in (state.empty, *(f.path for f in state.files))]
        self._engine.files(f"{name}__base", files)
        if state.delta:
            self._engine.files(f"{name}__delta", [str(self._folder / state.delta.path)])
        if self._erased and state.personal and ERASED not in self._shown:
            self._engine.register(ERASED, pa.table({"erased_id": pa.array(self._erased, pa.int64())}))
            self._shown.add(ERASED)
        self._engine.view(name, compiled(self._visible(name, state).op(), self._engine.dialect))
        self._shown.add(name)

    def _visible(self, name: str, state: TableState) -> ibis.Table:
        """What readers see: base without the subjects that changed since, plus those, minus erased nodes."""
        rows = table(f"{name}__base", state.columns)
        if state.delta:
            delta = table(f"{name}__delta", {**state.columns, GONE: "bool"})
            newer = delta.filter(~delta[GONE]).drop(GONE)
            rows = rows.anti_join(delta, state.subject).union(newer)
        if self._erased:
            erased = table(ERASED, {"erased_id": "int64"})
            for column in state.personal:
                rows = rows.anti_join(erased, [(column, "erased_id")])
        return rows

    def _raise_if_gone(self) -> None:
        lost = [p for p in self._manifest.paths() if not (self._folder / p).exists()]
        if lost:
            message = f"Version {self.version} of the lake lost {len(lost)} files to a newer one: ask the newest."
            raise SnapshotGone(message) from None


def table(name: str, columns: dict[str, str] | ibis.Schema) -> ibis.Table:
    """A table without an engine. Types are those of a declaration (int64, int32, float64, string, bool)."""
    return ibis.table(columns, name=name)


@lru_cache(maxsize=2000)
def compiled(operation: ops.Node, dialect: str) -> str:
    """SQL of an expression. Remembered, because a tick asks the same questions over and over."""
    return ibis.to_sql(operation.to_expr(), dialect=dialect)


def tables_in(expression: ibis.Table) -> set[str]:
    return {op.name for op in expression.op().find(ops.UnboundTable)}
