"""Changes a lake: writes files, collects what changed in a draft manifest, publishes it at once.

Only the holder of the writer's lock may make a Writer. A killed writer leaves files that no manifest names;
the next one sweeps them away.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from regulars.core.failpoints import declare, failpoint
from regulars.core.sqlite import settle
from regulars.lake.manifest import Columns, DataFile, Manifest, Retired, TableState, newest, publish, sync
from regulars.lake.tables import GONE, Table

declare("lake.file_written", "lake.files_deleted")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How big files get. Defaults fit tens of millions of events on one machine; see docs/adr/0003."""

    file_rows: int = 250_000
    group_rows: int = 62_500
    fan_in: int = 8
    delta_rows: int = 50_000
    grace_us: int = 15 * 60 * 1_000_000
    erased_grace_us: int = 60 * 1_000_000


class Writer:
    """The one writer of a folder, at one time `at` (us).

    Changes are collected in `draft` and become visible together with `commit`.
    """

    def __init__(self, folder: Path, tables: Iterable[Table], *, at: int, sizes: Sizes | None = None) -> None:
        self.folder, self.at, self.sizes = folder, at, sizes or Sizes()
        self.tables = {t.name: t for t in tables}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.draft = newest(folder)
        self._published = self.draft.paths()
        self._fresh_folders: set[Path] = set()
        self._sweep_orphans()
        for table in self.tables.values():
            if table.name not in self.draft.tables:
                self.set(table.name, self._nothing(table))

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows to a log table: one new file per month of their time."""
        table, state = self.tables[name], self.draft.tables[name]
        rows = table.fit(rows)
        schema = state.schemas.index(Columns(table.columns, table.origins))
        made = [
            self.write(table, part[start : start + self.sizes.file_rows], month=month, schema=schema)
            for month, part in by_month(rows, table.month_of)
            for start in range(0, part.num_rows, self.sizes.file_rows)
        ]
        self.set(name, replace(state, files=(*state.files, *made)))

    def replace_subjects(self, name: str, subjects: Sequence[int] | np.ndarray, rows: pa.Table) -> None:
        """Say what a keyed table holds of these subjects from now on: `rows`, and nothing else."""
        table, state = self.tables[name], self.draft.tables[name]
        fresh = with_gone(table, table.fit(rows), np.asarray(list(subjects), dtype=np.int64))
        if state.delta:
            kept = without(self.read(state.delta.path), table.subject, fresh[table.subject])
            fresh = pa.concat_tables([kept, fresh])
            self.retire(state.delta)
        delta = self.write(table, fresh) if fresh.num_rows else None
        self.set(name, replace(state, delta=delta))

    def replace_all(self, name: str, rows: pa.Table) -> None:
        """Say what a small table holds from now on. Idempotent."""
        table, state = self.tables[name], self.draft.tables[name]
        self.retire(*state.files)
        files = (self.write(table, table.fit(rows)),) if rows.num_rows else ()
        self.set(name, replace(state, files=files))

    def swap(self, name: str, old: Sequence[DataFile], new: Sequence[DataFile]) -> None:
        """Put new files in the place of old ones, which are retired."""
        state = self.draft.tables[name]
        kept = tuple(f for f in state.files if f not in old)
        delta = None if state.delta in old else state.delta
        self.retire(*old)
        self.set(name, replace(state, files=(*kept, *new), delta=delta))

    def retire(self, *files: DataFile) -> None:
        """Let files be deleted after the grace (us), which lets readers that opened an older version finish.
        Files that never were in a published version are deleted at once."""
        due = self.at + self.sizes.grace_us
        gone = tuple(Retired(f.path, due) for f in files if f.path in self._published)
        for f in files:
            if f.path not in self._published:
                (self.folder / f.path).unlink(missing_ok=True)
        self.draft = replace(self.draft, retired=(*self.draft.retired, *gone))

    def write(
        self, table: Table, rows: pa.Table, *, month: str = "", schema: int = 0, ordered: bool = False
    ) -> DataFile:
        """Write one sorted Parquet file, on disk when this returns; invisible until the commit.

        `ordered`: the rows are sorted already.
        """
        path = f"{table.name}/{month or 'part'}-{uuid.uuid4().hex}.parquet"
        low = pc.min(rows[table.subject]).as_py() if table.subject else 0
        size = self._write_file(path, rows, () if ordered else table.order)
        return DataFile(path, rows.num_rows, size, month, schema, low)

    def read(self, path: str) -> pa.Table:
        return pq.read_table(self.folder / path, partitioning=None)

    def commit(self, **changes: object) -> Manifest:
        """Publish the draft, with `changes` to its fields (watermark, offsets, ...), as the next version."""
        for folder in self._fresh_folders:
            sync(folder)
        self._fresh_folders.clear()
        settle()  # the lake must never be ahead of what the truth would be after a power failure
        self.draft = replace(self.draft, version=self.draft.version + 1, at=self.at, **changes)
        publish(self.folder, self.draft)
        self._published = self.draft.paths()
        return self.draft

    def delete_retired(self) -> bool:
        """Delete the files whose grace is over and publish that. Says whether there were any."""
        due = [r for r in self.draft.retired if r.delete_at <= self.at]
        for r in due:
            (self.folder / r.path).unlink(missing_ok=True)
        if due:
            failpoint("lake.files_deleted")
            self.commit(retired=tuple(r for r in self.draft.retired if r not in due))
        return bool(due)

    def clear(self) -> None:
        """Start from nothing: all tables empty, all positions zero. Readers keep the old version until the commit."""
        for state in self.draft.tables.values():
            self.retire(*state.all_files, DataFile(state.empty, 0, 0))
        self.draft = Manifest(version=self.draft.version, retired=self.draft.retired)
        for table in self.tables.values():
            self.set(table.name, self._nothing(table))

    def _nothing(self, table: Table) -> TableState:
        empty = self.write_empty(table)
        return TableState(
            empty, (Columns(table.columns, table.origins),), subject=table.subject, personal=table.personal
        )

    def set(self, name: str, state: TableState) -> None:
        """Put a new state of one table into the draft."""
        self.draft = replace(self.draft, tables={**self.draft.tables, name: state})

    def write_empty(self, table: Table, columns: dict[str, str] | None = None) -> str:
        """Write the file without rows that shows these columns, or all."""
        path = f"{table.name}/empty-{uuid.uuid4().hex}.parquet"
        self._write_file(path, replaced(table, columns=columns or table.columns).schema().empty_table())
        return path

    def _write_file(self, path: str, rows: pa.Table, order: Sequence[str] = ()) -> int:
        """Write rows in an order, group by group, so that no second copy of all rows is in memory."""
        target = self.folder / path
        target.parent.mkdir(mode=0o700, exist_ok=True)
        self._fresh_folders |= {target.parent, self.folder}
        places = pc.sort_indices(rows, [(c, "ascending") for c in order]) if order else None
        with pq.ParquetWriter(target, rows.schema, compression="zstd", compression_level=1) as file:
            for start in range(0, rows.num_rows, self.sizes.group_rows):
                part = slice(start, start + self.sizes.group_rows)
                file.write_table(rows.take(places[part]) if order else rows[part])
        sync(target)
        failpoint("lake.file_written")
        return target.stat().st_size

    def _sweep_orphans(self) -> None:
        """Delete what a killed writer left: files no manifest names, and drafts of manifests."""
        known = self.draft.paths() | {r.path for r in self.draft.retired}
        for found in self.folder.glob("*/*.parquet"):
            if str(found.relative_to(self.folder)) not in known:
                found.unlink(missing_ok=True)
        for draft in self.folder.glob("*.draft"):
            draft.unlink(missing_ok=True)


def by_month(rows: pa.Table, column: str) -> list[tuple[str, pa.Table]]:
    """The rows of each month (UTC, "2026-03") of a time in us."""
    months = rows[column].to_numpy().astype("datetime64[us]").astype("datetime64[M]")
    return [(str(m), rows.filter(pa.array(months == m))) for m in np.unique(months)]


def with_gone(table: Table, rows: pa.Table, subjects: np.ndarray) -> pa.Table:
    """The rows, marked as present, and one marker row for each subject that has none."""
    present = rows[table.subject].to_numpy()
    if len(stray := np.setdiff1d(present, subjects)):
        raise ValueError(f"{table.name}: rows of {table.subject} {stray[0]}, which is not listed as replaced.")
    absent = np.setdiff1d(subjects, present)
    empty = {name: pa.nulls(len(absent), rows.schema.field(name).type) for name in table.columns}
    markers = pa.table({**empty, table.subject: absent}, schema=rows.schema)
    flags = pa.array(np.repeat([False, True], [rows.num_rows, len(absent)]))
    return pa.concat_tables([rows, markers]).append_column(GONE, flags)


def without(rows: pa.Table, column: str, values: pa.ChunkedArray) -> pa.Table:
    """The rows whose column is none of the values."""
    return rows.filter(pc.invert(pc.is_in(rows[column], value_set=values)))
