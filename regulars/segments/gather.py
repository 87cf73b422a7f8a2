"""The rows of some people, read once from the truth into Arrow: raw SQL, no objects, one moment.

They have the shape and the cleaning of the lake's tables, so the same expressions give the same answers on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.core import bulk
from regulars.core.plugs import registry
from regulars.segments.calendar import Calendar
from regulars.segments.needs import Needs

if TYPE_CHECKING:
    import pyarrow as pa


def gather(needs: Needs, persons: Sequence[int], calendar: Calendar, at: int) -> dict[str, pa.Table]:
    """All tables the expressions of `needs` read, with the rows of these persons only, and the clock."""
    from regulars.lake import truth

    tables = {"nodes": truth.rows_of(registry.replica["nodes"], "person_id", persons), "clock": clock(calendar, at)}
    nodes = tables["nodes"]["node_id"].to_pylist()
    for name in sorted(needs.tables - {"nodes"}):
        tables[name] = lists(persons) if name == "lists" else _rows(name, persons, nodes)
    if needs.events:
        tables["events"] = _events(needs, nodes, calendar, at)
    return tables


def clock(calendar: Calendar, at: int) -> pa.Table:
    """The one-row table of the moment."""
    import pyarrow as pa

    return pa.table({f"clock_{name}": pa.array([value], pa.int64()) for name, value in calendar.clock(at).items()})


def lists(persons: Sequence[int] | None = None) -> pa.Table:
    """(segment_id, person_id) of lists edited by hand, of these persons or of all."""
    import pyarrow as pa

    sql = (
        "SELECT DISTINCT l.segment_id, n.person_id FROM segments_listentry l"
        " JOIN people_node n ON n.id = l.node_id WHERE n.person_id IS NOT NULL"
    )
    params: list = []
    if persons is not None:
        some, params = bulk.ids(persons)
        sql += f" AND n.person_id IN {some}"
    found = list(zip(*bulk.query(sql, params), strict=True)) or [(), ()]
    return pa.table({k: pa.array(v, pa.int64()) for k, v in zip(("segment_id", "person_id"), found, strict=True)})


def _rows(name: str, persons: Sequence[int], nodes: Sequence[int]) -> pa.Table:
    from regulars.lake import truth
    from regulars.lake.shapes import clean

    table = registry.replica[name]
    if table.changed == "all":
        return clean(truth.select(table), name, {})
    by_node = bool(table.node_column)
    column = table.node_column if by_node else table.person_column
    return clean(truth.rows_of(table, column, nodes if by_node else persons), name, {})


def _events(needs: Needs, nodes: Sequence[int], calendar: Calendar, at: int) -> pa.Table:
    from regulars.lake import truth
    from regulars.lake.shapes import clean

    declared = registry.replica["events"]
    wanted = {c: t for c, t in declared.columns.items() if c in needs.schema("events")}
    json = [declared.json_column] if needs.properties else []
    rows = _event_rows(needs, nodes, [sql for sql, _ in wanted.values()] + json, calendar.clock(at), calendar)
    columns = list(zip(*rows, strict=True)) or [()] * (len(wanted) + len(json))
    found = truth.arrow(columns[: len(wanted)], wanted)
    if json:
        found = _with_properties(needs, found, columns[list(wanted).index("name")], columns[-1])
    return clean(found.select(list(needs.schema("events"))), "events", {})


def _event_rows(
    needs: Needs, nodes: Sequence[int], picks: list[str], clock: dict[str, int], calendar: Calendar
) -> list[tuple]:
    some, params = bulk.ids(nodes)
    sql = f"SELECT {', '.join(picks)} FROM events_event WHERE node_id IN {some}"
    begins = needs.begins(calendar, clock)
    conditions = []
    for begin, names in begins.items():
        condition = f"name IN ({', '.join(['%s'] * len(names))})"
        conditions.append(f"({condition} AND ts > %s)" if begin is not None else condition)
        params = [*params, *names, *([] if begin is None else [begin])]
    if conditions:
        sql = f"{sql} AND ({' OR '.join(conditions)})"
    if begins and None not in begins:  # said again, for the index: rows before it are not even looked at
        sql, params = f"{sql} AND ts > %s", [*params, min(begins)]
    return bulk.query(sql, params)


def _with_properties(needs: Needs, rows: pa.Table, names: Sequence[str], texts: Sequence[str]) -> pa.Table:
    from regulars.lake.properties import extract, property_column

    schema = needs.schema("events")
    columns = {name: schema[name] for name in sorted(needs.properties)}
    declared = [d for d in registry.replica["events"].properties() if property_column(d[1]) in columns]
    more = extract(names, list(texts), declared, columns)
    for number, name in enumerate(more.column_names):
        rows = rows.append_column(more.schema.field(number), more[name])
    return rows
