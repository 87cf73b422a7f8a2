"""Declaring a property later: its column is filled in backwards, file by file, and shown when all files have it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from regulars.core.failpoints import declare, failpoint
from regulars.core.plugs import ReplicaTable
from regulars.lake import truth
from regulars.lake.copying import cleaned, properties_of
from regulars.lake.manifest import Columns, DataFile, TableState
from regulars.lake.tables import TYPES, Table
from regulars.lake.writer import Writer

declare("lake.filled")


def widen(writer: Writer, table: Table) -> None:
    """Take up changed properties of a log table: new files have them, readers see those all files have."""
    state = writer.draft.tables[table.name]
    wanted = Columns(table.columns, table.origins)
    if state.schemas[-1] == wanted:
        return
    now = state.schemas[state.visible]
    kept = {name: kind for name, kind in now.types.items() if table.columns.get(name) == kind}
    shown = Columns(kept, {c: o for c, o in now.origins.items() if c in kept})
    writer.set(table.name, _showing(writer, table, replace(state, schemas=(*state.schemas, shown, wanted)), -2))


def fill(writer: Writer, replica: ReplicaTable) -> bool:
    """Bring one file to the newest columns, or show them once all files have them. Says whether there was work."""
    table, state = writer.tables[replica.name], writer.draft.tables[replica.name]
    newest = len(state.schemas) - 1
    old = next((f for f in state.files if f.schema != newest), None)
    if old:
        rows = _filled(writer, replica, table, state, old)
        writer.swap(table.name, [old], [writer.write(table, rows, month=old.month, schema=newest)])
    elif newest:
        files = tuple(replace(f, schema=0) for f in state.files)
        writer.set(table.name, _showing(writer, table, replace(state, schemas=state.schemas[-1:], files=files), 0))
    failpoint("lake.filled")
    return bool(old or newest)


def _showing(writer: Writer, table: Table, state: TableState, number: int) -> TableState:
    """The state with these columns visible."""
    number %= len(state.schemas)
    writer.retire(DataFile(state.empty, 0, 0))
    empty = writer.write_empty(table, state.schemas[number].types)
    return replace(state, visible=number, empty=empty)


def _filled(writer: Writer, replica: ReplicaTable, table: Table, state: TableState, old: DataFile) -> pa.Table:
    """The rows of a file with the newest columns: those it has, and the others from the truth."""
    rows = writer.read(old.path)
    had = state.schemas[old.schema]
    missing = {
        name: kind
        for name, kind in table.columns.items()
        if had.types.get(name) != kind or had.origins.get(name) != table.origins.get(name)
    }
    if not missing:
        return table.fit(rows)
    columns = _from_truth(replica, rows["id"].to_numpy(), missing)
    for name in missing:
        rows = rows.drop_columns(name) if name in rows.column_names else rows
        rows = rows.append_column(name, columns[name])
    return cleaned(writer, replica, table.fit(rows))


def _from_truth(replica: ReplicaTable, ids: np.ndarray, missing: dict[str, str]) -> dict[str, pa.Array]:
    """The missing columns for these log rows; null for rows that are gone from the truth."""
    events = sorted({event for event, _, _ in replica.properties()})
    parts: dict[str, list[pa.Array]] = {name: [] for name in missing}
    found: list[np.ndarray] = []
    for batch in truth.texts_of(replica, ids, events):
        numbers, names, texts = zip(*batch, strict=True) if batch else ((), (), ())
        columns, order = properties_of(replica, names, texts)
        found.append(np.array(numbers, dtype=np.int64)[order.to_numpy()])
        for name in missing:
            parts[name].append(columns[name].combine_chunks())
    known = np.concatenate([np.empty(0, np.int64), *found])
    place = _places(known, ids)
    return {
        name: pa.chunked_array([pa.array([], TYPES[kind]), *parts[name]]).combine_chunks().take(place)
        for name, kind in missing.items()
    }


def _places(known: np.ndarray, ids: np.ndarray) -> pa.Array:
    """For each id its place among the known ones, or null."""
    order = np.argsort(known)
    spots = np.searchsorted(known[order], ids)
    inside = np.minimum(spots, max(len(known) - 1, 0))
    hit = (known[order][inside] == ids) if len(known) else np.zeros(len(ids), bool)
    return pa.array(order[inside] if len(known) else np.zeros(len(ids), np.int64), mask=~hit)
