"""One row per person, with everything the conditions of many segments ask of it, in one pass over the events.

Conditions first ask (`Plan.ask`, `Plan.join`) and get a column name; then `Plan.rows()` builds the relation.
Measures are taken per node and put together per person, so the large table is never joined.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.lake.properties import property_column
from regulars.segments.calendar import CLOCK, Calendar
from regulars.segments.catalog import BOUGHT
from regulars.segments.comparing import static, whole
from regulars.segments.definition import Filter, Group, Window

CLOCK_COLUMNS = {f"clock_{name}": "int64" for name in CLOCK}

Tables = Callable[[str], ir.Table]
Build = Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Asked:
    column: str
    build: Build
    combine: str


@dataclass
class Scan:
    """What is asked of the events of one name: marks on its rows, measures over them, and the windows they use.

    One scan per name: files are sorted by it, so each reads only its own part and no further back than it must.
    """

    measures: dict[Hashable, Asked] = field(default_factory=dict)
    marks: dict[Hashable, tuple[str, Build]] = field(default_factory=dict)
    windows: set[Window] = field(default_factory=set)


class Literals:
    """The clock's columns as literals."""

    def __init__(self, clock: dict[str, int]) -> None:
        self._clock = clock

    def __getitem__(self, column: str) -> ir.IntegerScalar:
        return whole(self._clock[column.removeprefix("clock_")])


class Plan:
    """`now` set: a literal in the expression, so that files can be skipped; None: read from the table `clock`."""

    def __init__(self, tables: Tables, calendar: Calendar, now: int | None, clock: Iterable[str] = CLOCK) -> None:
        self.tables, self.calendar, self.now = tables, calendar, now
        self.clock = sorted(clock)
        self.scans: dict[str, Scan] = {}
        self.joined: dict[Hashable, tuple[str, ir.Table]] = {}
        self._number = 0

    def column(self) -> str:
        self._number += 1
        return f"c{self._number}"

    def with_clock(self, rows: ir.Table) -> ir.Table:
        """The rows with the clock's columns."""
        if self.now is None:
            return rows.cross_join(ibis.table({f"clock_{name}": "int64" for name in self.clock}, name="clock"))
        values = self.calendar.clock(self.now)
        return rows.mutate(**{f"clock_{name}": whole(values[name]) for name in self.clock})

    def now_scalar(self) -> ir.IntegerScalar:
        """The moment, for expressions of other rooms."""
        if self.now is None:
            return ibis.table(CLOCK_COLUMNS, name="clock").clock_now.as_scalar()
        return whole(self.now)

    def ask(self, event: str, window: Window, key: Hashable, build: Build, combine: str) -> str:
        """A measure over the events of this name: the name of its column in `rows()`. Equal keys share one."""
        scan = self.scans.setdefault(event, Scan())
        scan.windows.add(window)
        if key not in scan.measures:
            scan.measures[key] = Asked(self.column(), build, combine)
        return scan.measures[key].column

    def mark(self, event: str, key: Hashable, build: Build) -> str:
        """A yes or no for every event: the name of a column that measures can use."""
        scan = self.scans.setdefault(event, Scan())
        if key not in scan.marks:
            scan.marks[key] = (self.column(), build)
        return scan.marks[key][0]

    def join(self, key: Hashable, build: Callable[[str], ir.Table]) -> str:
        """A relation (person_id, <columns beginning with the name it is given>), one row per person at most."""
        if key not in self.joined:
            name = self.column()
            self.joined[key] = (name, build(name))
        return self.joined[key][0]

    def events(self, names: set[str], windows: set[Window]) -> ir.Table:
        """Events of these names (of one table) that can lie in one of the windows now or later."""
        rows = self.tables(table_of(next(iter(names))))
        if "name" in rows.columns:
            named = rows.name == next(iter(names)) if len(names) == 1 else rows.name.isin(sorted(names))
            rows = rows.filter(named)
        else:
            orders = self.tables("orders")
            rows = rows.semi_join(orders.filter(orders.cancelled_us.isnull()), [("order_id", "id")])
        if self.now is None:
            rows = self.with_clock(rows)
            return self._from_begin(rows, rows, windows)
        return self.with_clock(self._from_begin(rows, Literals(self.calendar.clock(self.now)), windows))

    def _from_begin(self, rows: ir.Table, clock: Any, windows: set[Window]) -> ir.Table:
        """Without the rows too old for all windows. Before anything else: so each scan skips files of its own."""
        begins = [begin_of(w, clock, self.calendar) for w in sorted(windows, key=repr)]
        if any(b is None for b in begins):
            return rows
        return rows.filter(rows.ts > (ibis.least(*begins) if len(begins) > 1 else begins[0]))

    def of_persons(self, rows: ir.Table) -> ir.Table:
        """Rows that have a node_id, with the person_id it belongs to now."""
        return rows.join(self._nodes(), "node_id")

    def _nodes(self) -> ir.Table:
        nodes = self.tables("nodes")
        return nodes.filter(nodes.person_id.notnull()).select("node_id", "person_id")

    def rows(self) -> ir.Table:
        """One row per person, whether or not anything happened, with the clock's columns."""
        nodes, measures = self._nodes(), []
        for event in sorted(self.scans):
            nodes = nodes.left_join(self._per_node(event), "node_id").drop("node_id_right")
            measures += self.scans[event].measures.values()
        combined = {a.column: getattr(nodes[a.column], a.combine)() for a in measures}
        grouped = nodes.group_by("person_id")
        persons = grouped.aggregate(**combined) if combined else nodes.select("person_id").distinct()
        for _, relation in self.joined.values():
            persons = persons.left_join(relation, "person_id").drop("person_id_right")
        return self.with_clock(persons)

    def _per_node(self, event: str) -> ir.Table:
        scan = self.scans[event]
        rows = self.events({event}, scan.windows)
        rows = rows.mutate(**{name: build(rows) for name, build in scan.marks.values()})
        return rows.group_by("node_id").aggregate(**{a.column: a.build(rows) for a in scan.measures.values()})


def table_of(event: str) -> str:
    """Which lake table holds events of this name: bought products are the lines of orders."""
    return "lines" if event == BOUGHT else "events"


def column_of(event: str, prop: str) -> str:
    """The lake's column of a property."""
    return prop if event == BOUGHT else property_column(prop)


def matches(rows: ir.Table, event: str, where: Filter | None, calendar: Calendar) -> ir.BooleanValue:
    """Is this row an event of that name that passes the filter?"""
    parts = [rows.name == event] if table_of(event) == "events" else []
    if where is not None:
        parts.append(_passes(rows, event, where, calendar))
    return _all(parts)


def _passes(rows: ir.Table, event: str, where: Filter, calendar: Calendar) -> ir.BooleanValue:
    if not isinstance(where, Group):
        column = rows[column_of(event, where.property)]
        return static(column, where.type, where.op, where.value, calendar)
    parts = [_passes(rows, event, child, calendar) for child in where.nodes]
    if where.how == "all":
        return _all(parts)
    some = parts[0]
    for part in parts[1:]:
        some = some | part
    return some if where.how == "any" else ~some


def _all(parts: list[ir.BooleanValue]) -> ir.BooleanValue:
    if not parts:
        return ibis.literal(True)
    every = parts[0]
    for part in parts[1:]:
        every = every & part
    return every


def begin_of(window: Window, clock: Any, calendar: Calendar) -> ir.IntegerValue | None:
    """Only later events can lie in the window, now or in the future; None: any event may."""
    begins: list[Any] = []
    if window.newer_us is not None:
        begins.append(clock["clock_now"] - window.newer_us)
    if window.from_day:
        begins.append(whole(calendar.day_begins(window.from_day) - 1))
    if window.this:
        begins.append(clock[f"clock_start_{window.this}"] - 1)
    return ibis.greatest(*begins) if len(begins) > 1 else (begins[0] if begins else None)


def in_window(rows: ir.Table, window: Window, calendar: Calendar) -> ir.BooleanValue:
    """Does the event of this row count now?"""
    parts = [rows.ts <= rows.clock_now - window.older_us]
    begin = begin_of(window, rows, calendar)
    if begin is not None:
        parts.append(rows.ts > begin)
    if window.to_day:
        parts.append(rows.ts < calendar.day_ends(window.to_day))
    return _all(parts)
