"""Fewer, larger files: what keeps reading fast. Every step makes files that hold the same rows as the old ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.lake.manifest import DataFile
from regulars.lake.tables import GONE, Table
from regulars.lake.writer import Sizes, Writer, without


def compact(writer: Writer) -> bool:
    """Do one piece of work, about a second at most, in the draft. Says whether there was any."""
    return any(_merge(writer, t) if t.month_of else _fold(writer, t) for t in writer.tables.values())


def _merge(writer: Writer, table: Table) -> bool:
    """Make one file of many small ones of a month."""
    group = ripe(writer.draft.tables[table.name].files, writer.sizes)
    if group:
        rows = pa.concat_tables(writer.read(f.path) for f in group)
        merged = writer.write(table, rows, month=group[0].month, schema=group[0].schema)
        writer.swap(table.name, group, [merged])
    return bool(group)


def ripe(files: Iterable[DataFile], sizes: Sizes) -> list[DataFile]:
    """Files worth merging: `fan_in` of about the same size, or enough to fill a file. Each row is
    rewritten at most about log(file_rows) / log(fan_in) times."""
    tiers: dict[tuple[str, int, int], list[DataFile]] = {}
    for f in files:
        if f.rows < sizes.file_rows:
            tier = int(np.log(f.rows) / np.log(sizes.fan_in)) if f.rows else 0
            tiers.setdefault((f.month, f.schema, tier), []).append(f)
    for group in tiers.values():
        if len(group) >= sizes.fan_in or sum(f.rows for f in group) >= sizes.file_rows:
            return _first(group, sizes.file_rows)
    return []


def _first(group: list[DataFile], rows: int) -> list[DataFile]:
    """The first files of a group with about that many rows, two at least: what bounds the memory of a merge."""
    taken, total = group[:2], sum(f.rows for f in group[:2])
    for f in group[2:]:
        if total + f.rows > rows * 1.2:
            break
        taken.append(f)
        total += f.rows
    return taken


def _fold(writer: Writer, table: Table) -> bool:
    """Put the delta of a keyed table into its base, rewriting only the files whose subjects changed."""
    state = writer.draft.tables[table.name]
    if not table.subject or not state.delta or state.delta.rows < writer.sizes.delta_rows:
        return False
    delta = writer.read(state.delta.path)
    base = sorted(state.files, key=lambda f: f.low)
    old, new = [state.delta], []
    for owner, part in _by_owner(base, delta, table.subject):
        rows = part.filter(pc.invert(part[GONE])).drop_columns(GONE)
        if owner:
            old.append(owner)
            rows = pa.concat_tables([without(writer.read(owner.path), table.subject, part[table.subject]), rows])
        new += [writer.write(table, chunk) for chunk in split(rows, table.subject, writer.sizes.file_rows)]
    writer.swap(table.name, old, new)
    return True


def _by_owner(base: list[DataFile], delta: pa.Table, subject: str) -> Iterator[tuple[DataFile | None, pa.Table]]:
    """The delta cut along the ranges of the base files: each owns the subjects from its `low` up to the next."""
    lows = np.array([f.low for f in base[1:]], dtype=np.int64)
    owners = np.searchsorted(lows, delta[subject].to_numpy(), side="right")
    for number in np.unique(owners):
        yield base[number] if base else None, delta.filter(pa.array(owners == number))


def split(rows: pa.Table, subject: str, size: int) -> Iterator[pa.Table]:
    """Cut rows into tables of about `size` rows, never between two rows of one subject."""
    rows = rows.sort_by(subject)
    subjects = rows[subject].to_numpy()
    start = 0
    while start < len(subjects):
        end = min(start + size, len(subjects))
        if end < len(subjects):
            end = int(np.searchsorted(subjects, subjects[end - 1], side="right"))
        yield rows.slice(start, end - start)
        start = end
