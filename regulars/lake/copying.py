"""One step of copying: what changed in the truth since the manifest's positions, into the draft.

Everything of a step is read at one moment, so a manifest is a state the truth was in, once it has caught up.
Positions: one per lake table in `offsets`; `fill:<table>` is the last subject copied while a keyed table is
being copied for the first time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from regulars.core.failpoints import declare, failpoint
from regulars.core.log import START, Position
from regulars.core.plugs import ReplicaTable, registry
from regulars.lake import truth
from regulars.lake.declared import copied
from regulars.lake.properties import columns_of, extract_by_name
from regulars.lake.shapes import clean
from regulars.lake.writer import Writer

declare("lake.copied")
EVENTS, PERSONS, ROWS = 50_000, 20_000, 50_000


def copy_step(writer: Writer) -> bool:
    """Copy one batch of every table into the draft. Says whether there was anything."""
    small = [r for r in copied() if r.changed == "all" and r.kind == "keyed"]
    with truth.one_moment(), no_collecting():
        worked = any([_copy(writer, r) for r in copied() if r not in small])
        copied_whole = any([_copy_whole(writer, r) for r in small if worked or is_due(writer, r)])
    failpoint("lake.copied")
    return worked or copied_whole


@contextmanager
def no_collecting() -> Iterator[None]:
    """Without cyclic garbage collection: a hundred thousand row tuples set it off again and again, and there are no
    cycles among them."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _copy(writer: Writer, replica: ReplicaTable) -> bool:
    if replica.kind == "log":
        return _copy_log(writer, replica)
    if replica.name not in writer.draft.offsets:
        _begin_filling(writer, replica)
    if f"fill:{replica.name}" in writer.draft.offsets:
        return _fill(writer, replica)
    return _copy_changed(writer, replica)


def _copy_log(writer: Writer, replica: ReplicaTable) -> bool:
    after = writer.draft.offsets.get(replica.name, START)
    extra = [replica.json_column] if replica.json_column else []
    rows, end = truth.entries(replica, after, EVENTS, extra=extra)
    if rows:
        _append(writer, replica, rows)
        _move(writer, replica.name, end)
    return bool(rows)


def _append(writer: Writer, replica: ReplicaTable, rows: list[tuple]) -> None:
    _, _, *columns = zip(*rows, strict=True)
    found = truth.arrow(columns[: len(replica.columns)], replica.columns)
    if replica.properties:
        names = columns[list(replica.columns).index("name")]
        more, order = properties_of(replica, names, columns[-1])
        found = with_columns(found.take(order), more)
    writer.append(replica.name, cleaned(writer, replica, found))


def properties_of(replica: ReplicaTable, names: Sequence[str], texts: Sequence[str]) -> tuple[pa.Table, pa.Array]:
    """The declared properties of these events as columns, in an order of their own, and that order."""
    declared = replica.properties()
    return extract_by_name(names, texts, declared, columns_of(declared))


def with_columns(rows: pa.Table, more: pa.Table) -> pa.Table:
    for field, column in zip(more.schema, more.columns, strict=True):
        rows = rows.append_column(field, column)
    return rows


def is_due(writer: Writer, replica: ReplicaTable) -> bool:
    """Was the table never copied, or is its stamp another one?"""
    return writer.draft.stamps.get(replica.name) != stamp_of(replica)


def stamp_of(replica: ReplicaTable) -> str:
    return truth.scalar(replica.stamp) if replica.stamp else ""


def _copy_whole(writer: Writer, replica: ReplicaTable) -> bool:
    """Copy a small table again if it is not what it was."""
    stamp = stamp_of(replica)
    if stamp and writer.draft.stamps.get(replica.name) == stamp:
        return False
    table = writer.tables[replica.name]
    fresh = table.fit(cleaned(writer, replica, truth.select(replica)))
    stored = [writer.read(f.path) for f in writer.draft.tables[replica.name].files]
    same = sorted_like(table.order, fresh).equals(pa.concat_tables([fresh.schema.empty_table(), *stored]))
    if not same:
        writer.replace_all(replica.name, fresh)
    writer.draft = replace(writer.draft, stamps={**writer.draft.stamps, replica.name: stamp})
    return not same


def sorted_like(order: list[str], rows: pa.Table) -> pa.Table:
    return rows.sort_by([(c, "ascending") for c in order]) if order else rows


def _begin_filling(writer: Writer, replica: ReplicaTable) -> None:
    """Later changes are those after the place where the log stands now."""
    head = truth.head(registry.replica[replica.changed])
    _move(writer, replica.name, min(head, truth.place_of(replica.after) or START) if replica.after else head)
    _move(writer, f"fill:{replica.name}", (-(2**62), 0))


def _fill(writer: Writer, replica: ReplicaTable) -> bool:
    """The first copy of a keyed table, in pages of subjects."""
    subject, mark = writer.tables[replica.name].subject, f"fill:{replica.name}"
    page = truth.page_of(replica, subject, writer.draft.offsets[mark][0], ROWS)
    if page.num_rows:
        subjects = np.unique(page[subject].to_numpy())
        writer.replace_subjects(replica.name, subjects, cleaned(writer, replica, page))
        _move(writer, mark, (int(subjects[-1]), 0))
    else:
        offsets = {k: v for k, v in writer.draft.offsets.items() if k != mark}
        writer.draft = replace(writer.draft, offsets=offsets)
    return True


def _copy_changed(writer: Writer, replica: ReplicaTable) -> bool:
    """Copy all rows of the persons that the log names, as far as the table's own consumer is."""
    after = writer.draft.offsets[replica.name]
    limit = (truth.place_of(replica.after) or START) if replica.after else None
    if limit and limit <= after:
        return False
    rows, end = truth.entries(registry.replica[replica.changed], after, PERSONS)
    if limit:
        rows = [row for row in rows if (row[0], row[1]) <= limit]
        end = (rows[-1][0], rows[-1][1]) if rows else end
    if rows:
        _copy_persons(writer, replica, sorted({row[2] for row in rows}))
        _move(writer, replica.name, end)
    return bool(rows)


def _copy_persons(writer: Writer, replica: ReplicaTable, persons: list[int]) -> None:
    subject = writer.tables[replica.name].subject
    subjects = truth.nodes_of(persons) if subject == replica.node_column else persons
    rows = truth.rows_of(replica, subject, subjects)
    writer.replace_subjects(replica.name, subjects, cleaned(writer, replica, rows))


def cleaned(writer: Writer, replica: ReplicaTable, rows: pa.Table) -> pa.Table:
    """Without texts that look personal; the manifest counts them."""
    dropped = dict(writer.draft.dropped)
    kept = clean(rows, replica.name, dropped)
    writer.draft = replace(writer.draft, dropped=dropped)
    return kept


def _move(writer: Writer, name: str, to: Position) -> None:
    writer.draft = replace(writer.draft, offsets={**writer.draft.offsets, name: to})
