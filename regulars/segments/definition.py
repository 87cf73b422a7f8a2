"""What a segment means: a tree of conditions, read from JSON with errors that are sentences.

The tree and the meaning of every part are described in docs/architecture.md. Parsing needs no database: a `Catalog`
says which facts and properties there are and of what type. Nothing here knows how a definition is computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from regulars.core.clock import DAY, HOUR

MAX_DEPTH, MAX_CONDITIONS, MAX_VALUES, MAX_TEXT, MAX_DAYS = 8, 60, 500, 200, 36_500


class DefinitionError(ValueError):
    """A sentence that says what is wrong, and `path`: where in the tree, like `all[1].where[0]`."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}" if path else message)


class Catalog(Protocol):
    """What can be asked about. Types: text, choice, number, money, bool, time (us), date (YYYY-MM-DD)."""

    def fact_type(self, name: str) -> str | None: ...
    def property_type(self, event: str, name: str) -> str | None: ...


class Group(msgspec.Struct, frozen=True):
    """All, any or none of the nodes below. Used for conditions and for filters on properties."""

    how: str
    nodes: tuple[Node | Filter, ...]


class FactIs(msgspec.Struct, frozen=True):
    """A comparison of one fact. `value` fits `type` and `op`: a tuple for lists and ranges, None for known."""

    fact: str
    type: str
    op: str
    value: Any = None


class PropertyIs(msgspec.Struct, frozen=True):
    """A comparison of one property of an event."""

    property: str
    type: str
    op: str
    value: Any = None


class Window(msgspec.Struct, frozen=True):
    """Which events count, at time t: t - newer_us < ts <= t - older_us, on days from..to (both included, in the
    business's time zone), in the running day, week, month, quarter or year (`this`). Never those after t."""

    newer_us: int | None = None
    older_us: int = 0
    from_day: str | None = None
    to_day: str | None = None
    this: str | None = None


class EventIs(msgspec.Struct, frozen=True):
    """A measure over the events of one name that pass the filter and lie in the window, compared with a value.

    `measure` is count, first or last (times), or sum, avg, min, max, distinct, first, last of `property`.
    """

    event: str
    where: Filter | None
    measure: str
    property: str | None
    type: str
    op: str
    value: Any
    window: Window


class Step(msgspec.Struct, frozen=True):
    """One side of a sequence: events of this name that pass the filter."""

    event: str
    where: Filter | None = None


class Sequence(msgspec.Struct, frozen=True):
    """Some `first` in the window was followed by a `then` within `within_us` (strictly later, deadline included);
    with happened=False: some `first` whose time is up was not."""

    first: Step
    then: Step
    happened: bool
    within_us: int
    window: Window


class InSegment(msgspec.Struct, frozen=True):
    """Member (or not) of another segment at the same moment."""

    segment: int
    member: bool = True


class OnList(msgspec.Struct, frozen=True):
    """Somebody put the person on this list by hand. The whole definition of a segment of kind "list"."""

    segment: int


Filter = Group | PropertyIs
Leaf = FactIs | EventIs | Sequence | InSegment | OnList
Node = Group | Leaf
Definition = Node


def leaves(node: Node) -> Iterator[Leaf]:
    """The conditions of a definition, in order."""
    if isinstance(node, Group):
        for child in node.nodes:
            yield from leaves(child)
    else:
        yield node


def referenced(node: Node) -> set[int]:
    """The segments that a definition names."""
    return {leaf.segment for leaf in leaves(node) if isinstance(leaf, InSegment)}


def in_order(definitions: dict[int, Node], names: dict[int, str] | None = None) -> list[int]:
    """Segment ids so that each comes after those it refers to; unknown ones are left out.

    Raises DefinitionError naming the segments of a cycle.
    """
    done: list[int] = []
    _visit_all(definitions, names or {}, done)
    return done


def _visit_all(definitions: dict[int, Node], names: dict[int, str], done: list[int]) -> None:
    def visit(segment: int, trail: tuple[int, ...]) -> None:
        if segment in trail:
            cycle = [names.get(s, f"segment {s}") for s in (*trail[trail.index(segment) :], segment)]
            raise DefinitionError("", f"Segments may not refer to each other in a circle: {' → '.join(cycle)}.")
        if segment in done or segment not in definitions:
            return
        for below in sorted(referenced(definitions[segment])):
            visit(below, (*trail, segment))
        done.append(segment)

    for segment in sorted(definitions):
        visit(segment, ())


def days(us: int) -> str:
    """ "30 days", "1 day", "12 hours": how long, in words."""
    count, unit = (us // DAY, "day") if us % DAY == 0 else (us // HOUR, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"
