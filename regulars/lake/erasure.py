"""Taking erased nodes out of the files.

Readers hide them at once: the truth's list of erased nodes is asked when a snapshot is opened, and the manifest
carries it for readers without the truth. Here the files are rewritten, some per turn, and the old ones deleted after
a short grace. Until all are done nothing else rewrites files, so that no row escapes into a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from regulars.lake.manifest import DataFile
from regulars.lake.tables import Table
from regulars.lake.writer import Writer

ROWS = 1_000_000


def hide(writer: Writer, nodes: Sequence[int]) -> None:
    """Name erased nodes in the draft, so that every reader leaves them out, and the files that hold them.

    Deltas are rewritten at once, because the next change copies their rows.
    """
    wanted = pa.array(sorted(set(nodes)), pa.int64())
    found = [f.path for table, f in _files(writer) if _holds(writer, table, f, wanted)]
    dirty = tuple(sorted({*writer.draft.dirty, *found}))
    writer.draft = replace(writer.draft, erased=tuple(sorted({*writer.draft.erased, *nodes})), dirty=dirty)
    for table in writer.tables.values():
        delta = writer.draft.tables[table.name].delta
        if delta and delta.path in dirty:
            _rewrite_file(writer, table, delta)


def rewrite(writer: Writer, limit: int = ROWS) -> bool:
    """Write anew the files that hold hidden rows, about `limit` rows a turn. Says whether all are done; then nothing
    is hidden any more.

    Files retired earlier that may hold such rows are deleted after the short grace as well.
    """
    for table, file in [(t, f) for t, f in _files(writer) if f.path in writer.draft.dirty]:
        if limit > 0:
            _rewrite_file(writer, table, file)
            limit -= file.rows
    due = writer.at + writer.sizes.erased_grace_us
    sooner = tuple(replace(r, delete_at=min(r.delete_at, due)) for r in writer.draft.retired)
    writer.draft = replace(writer.draft, retired=sooner)
    if not writer.draft.dirty:
        writer.draft = replace(writer.draft, erased=())
    return not writer.draft.dirty


def _files(writer: Writer) -> Iterator[tuple[Table, DataFile]]:
    for table in writer.tables.values():
        if table.personal:
            yield from ((table, f) for f in writer.draft.tables[table.name].all_files)


def _holds(writer: Writer, table: Table, file: DataFile, nodes: pa.Array) -> bool:
    """Is there a row of these nodes in the file? Reads only the id columns."""
    ids = pq.read_table(writer.folder / file.path, columns=list(table.personal), partitioning=None)
    return pc.any(rows_of(ids, table, nodes)).as_py() or False


def rows_of(rows: pa.Table, table: Table, nodes: pa.Array) -> pa.ChunkedArray:
    """Per row: does one of the personal columns name one of the nodes?"""
    first, *more = (pc.is_in(rows[c], value_set=nodes) for c in table.personal)
    for other in more:
        first = pc.or_(first, other)
    return first


def _rewrite_file(writer: Writer, table: Table, old: DataFile) -> None:
    """Write a file again without the rows of hidden nodes. The rows stay in their order."""
    erased = pa.array(writer.draft.erased, pa.int64())
    rows = writer.read(old.path)
    rows = rows.filter(pc.invert(rows_of(rows, table, erased)))
    new = writer.write(table, rows, month=old.month, schema=old.schema, ordered=True) if rows.num_rows else None
    was_delta = writer.draft.tables[table.name].delta == old
    writer.swap(table.name, [old], [new] if new and not was_delta else [])
    if was_delta:
        writer.set(table.name, replace(writer.draft.tables[table.name], delta=new))
    left = tuple(p for p in writer.draft.dirty if p != old.path)
    writer.draft = replace(writer.draft, dirty=left)
