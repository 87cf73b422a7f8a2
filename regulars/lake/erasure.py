"""Taking erased nodes out of the files.

Readers hide them at once: the truth's list of erased nodes is asked when a snapshot is opened, and the manifest
carries it for readers without the truth. Here the files are rewritten, and the old ones deleted after a short grace.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from regulars.lake.manifest import DataFile
from regulars.lake.tables import Table
from regulars.lake.writer import Writer


def hide(writer: Writer, nodes: Sequence[int]) -> None:
    """Name erased nodes in the draft, so that every reader leaves them out."""
    writer.draft = replace(writer.draft, erased=tuple(sorted({*writer.draft.erased, *nodes})))


def rewrite(writer: Writer) -> int:
    """Write anew every file that holds a row of a hidden node; then nothing is left to hide. Says how many.

    Files retired earlier that may hold such rows are deleted after the short grace as well.
    """
    erased = pa.array(writer.draft.erased, pa.int64())
    if not len(erased):
        return 0
    count = sum(_rewrite_file(writer, t, f, erased) for t in writer.tables.values() if t.personal
                for f in writer.draft.tables[t.name].all_files)  # fmt: skip
    due = writer.at + writer.sizes.erased_grace_us
    sooner = tuple(replace(r, delete_at=min(r.delete_at, due)) for r in writer.draft.retired)
    writer.draft = replace(writer.draft, erased=(), retired=sooner)
    return count


def _rewrite_file(writer: Writer, table: Table, file: DataFile, erased: pa.Array) -> bool:
    """Rewrite one file if it holds an erased row. Reads only the id columns to find out."""
    ids = pq.read_table(writer.folder / file.path, columns=list(table.personal), partitioning=None)
    hit = ids_in(ids, table, erased)
    if not pc.any(hit).as_py():
        return False
    rows = writer.read(file.path).filter(pc.invert(hit))
    made = writer.write(table, rows, month=file.month, schema=file.schema) if rows.num_rows else None
    _exchange(writer, table, file, made)
    return True


def ids_in(rows: pa.Table, table: Table, erased: pa.Array) -> pa.ChunkedArray:
    """Per row: does one of the personal columns name an erased node?"""
    first, *more = (pc.is_in(rows[c], value_set=erased) for c in table.personal)
    for other in more:
        first = pc.or_(first, other)
    return first


def _exchange(writer: Writer, table: Table, old: DataFile, new: DataFile | None) -> None:
    was_delta = writer.draft.tables[table.name].delta == old
    writer.swap(table.name, [old], [new] if new and not was_delta else [])
    if was_delta:
        writer.set(table.name, replace(writer.draft.tables[table.name], delta=new))
