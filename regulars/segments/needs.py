"""What has to be read to evaluate definitions: tables, columns, names of events and how far back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regulars.core.plugs import registry
from regulars.segments.calendar import Calendar
from regulars.segments.catalog import BOUGHT
from regulars.segments.definition import EventIs, FactIs, Filter, Group, Node, OnList, Sequence, Step, Window, leaves

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVER = None
LISTS = {"segment_id": "int64", "person_id": "int64"}
EVENT_COLUMNS = {"id": "int64", "node_id": "int64", "ts": "int64", "name": "string"}


@dataclass
class Needs:
    """`windows`: event name -> its windows; `everything`: a fact reads all events; `properties`: lake columns."""

    windows: dict[str, set[Window]] = field(default_factory=dict)
    everything: bool = False
    properties: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=lambda: {"nodes"})

    @property
    def events(self) -> bool:
        """Is the log of events needed at all?"""
        return self.everything or bool(self.windows)

    def begins(self, calendar: Calendar, clock: dict[str, int]) -> dict[int | None, list[str]]:
        """Instant -> names of events of which none at or before it matters; None: any may. Empty: all events."""
        found: dict[int | None, list[str]] = {}
        for name, windows in sorted(self.windows.items() if not self.everything else ()):
            begins = [_begin(w, calendar, clock) for w in windows]
            found.setdefault(EVER if None in begins else min(begins), []).append(name)
        return found

    def schema(self, table: str) -> dict[str, str]:
        """The columns of a table that expressions see: for events only those that are used."""
        if table == "lists":
            return LISTS
        if table != "events":
            return {name: kind for name, (_, kind) in registry.replica[table].columns.items()}
        from regulars.lake.properties import columns_of

        declared = registry.replica["events"]
        known = columns_of(declared.properties()) if declared.properties and self.properties else {}
        extra = {"source_id": declared.columns["source_id"][1]} if self.everything else {}
        return EVENT_COLUMNS | extra | {name: known[name] for name in sorted(self.properties)}

    def table(self, name: str) -> ir.Table:
        """The Ibis table for expressions."""
        import ibis

        return ibis.table(self.schema(name), name=name)

    def empty(self, name: str):
        """An Arrow table of that shape without rows."""
        import pyarrow as pa

        from regulars.lake.tables import TYPES

        return pa.table({c: pa.array([], TYPES[t]) for c, t in self.schema(name).items()})


def needs_of(definitions: Iterable[Node]) -> Needs:
    """All that these definitions read."""
    needs = Needs()
    for definition in definitions:
        for leaf in leaves(definition):
            _add(needs, leaf)
    return needs


def _add(needs: Needs, leaf: Node) -> None:
    match leaf:
        case FactIs():
            _add_fact(needs, leaf.fact)
        case EventIs():
            _add_step(needs, Step(leaf.event, leaf.where), leaf.window)
            _add_properties(needs, leaf.event, [leaf.property] if leaf.property else [])
        case Sequence():
            _add_step(needs, leaf.first, leaf.window)
            _add_step(needs, leaf.then, leaf.window)
        case OnList():
            needs.tables.add("lists")


def _add_fact(needs: Needs, fact: str) -> None:
    if fact.startswith("trait:"):
        needs.tables.add("traits")
    elif fact.startswith("consent:"):
        needs.tables.add("consents")
    else:
        read = set(registry.facts[fact].gather)
        needs.everything |= "events" in read
        needs.tables |= read - {"events"}


def _add_step(needs: Needs, step: Step, window: Window) -> None:
    if step.event == BOUGHT:
        needs.tables |= {"lines", "orders"}
    else:
        needs.windows.setdefault(step.event, set()).add(window)
    _add_properties(needs, step.event, _properties(step.where))


def _add_properties(needs: Needs, event: str, names: Iterable[str]) -> None:
    from regulars.lake.properties import property_column

    if event != BOUGHT:
        needs.properties |= {property_column(name) for name in names}


def _properties(where: Filter | None) -> list[str]:
    if where is None:
        return []
    if isinstance(where, Group):
        return [name for child in where.nodes for name in _properties(child)]
    return [where.property]


def _begin(window: Window, calendar: Calendar, clock: dict[str, int]) -> int | None:
    begins = []
    if window.newer_us is not None:
        begins.append(clock["now"] - window.newer_us)
    if window.from_day:
        begins.append(calendar.day_begins(window.from_day) - 1)
    if window.this:
        begins.append(clock[f"start_{window.this}"] - 1)
    return max(begins, default=EVER)
