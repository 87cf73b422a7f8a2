"""A journey as a tree: read from JSON with errors that are sentences, walked, and followed from step to step.

The shape is described in docs/architecture.md. Ids of steps never change, so that people, counts and passages of
different versions can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from regulars.core.clock import DAY, HOUR
from regulars.journeys.reading import Reader, TreeError, choice, number, only, text
from regulars.journeys.step import Step
from regulars.segments.definition import Catalog

STARTS = ("event", "segment", "date", "threshold", "manual")
FRESH_HOURS, LATEST_AGAIN = 48, 3650

__all__ = ["Goal", "Route", "Start", "Tree", "TreeError", "faults", "parse", "route", "walk"]


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """Who enters, and whether again. `again_us`: None never, 0 always, else that long after entering last.

    event: `event`, `where`, not older than `fresh_us`. segment: `segment`, on entering or `leaving`. date: the day of
    `fact` or `days_before`, every year or once. threshold: whoever comes to meet `condition`. `existing`: also those
    who are in, or meet it, already. manual: nobody by itself; by hand anybody can enter any journey.
    """

    kind: str
    again_us: int | None = None
    event: str = ""
    where: Any = None
    fresh_us: int = 0
    segment: int = 0
    leaving: bool = False
    existing: bool = False
    fact: str = ""
    days_before: int = 0
    yearly: bool = True
    condition: dict[str, Any] | None = None


class Goal(msgspec.Struct, frozen=True):
    """What the journey is for: whoever does this, or comes to meet it, after entering leaves, at whatever step."""

    event: str = ""
    where: Any = None
    condition: dict[str, Any] | None = None


class Tree(msgspec.Struct, frozen=True):
    """A start, perhaps a goal, and steps."""

    start: Start
    goal: Goal | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Route:
    """Which step follows which: after a step, and first on each way of it. "" is the end."""

    first: str = ""
    after: dict[str, str] = field(default_factory=dict)
    way: dict[tuple[str, str], str] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    def follow(self, step: str, way: str = "") -> str:
        """The id of the step that comes next; a way that is no more leads behind the step."""
        return self.way.get((step, way), self.after[step])


def parse(raw: Any, catalog: Catalog | None) -> Tree:
    """The tree of this value. Raises TreeError with the first fault. Without a catalog, conditions are trusted."""
    tree, found = _read(raw, catalog)
    if found:
        raise found[0]
    return tree


def faults(raw: Any, catalog: Catalog | None) -> list[TreeError]:
    """Everything that keeps this tree from being published."""
    return _read(raw, catalog)[1]


def _read(raw: Any, catalog: Catalog | None) -> tuple[Tree | None, list[TreeError]]:
    from regulars.journeys.steps import KINDS

    if not isinstance(raw, dict):
        return None, [TreeError("", "A journey is an object with start, goal and steps.")]
    reader = Reader(catalog, {kind: module.parse for kind, module in KINDS.items()})
    parts: list[Any] = []
    for name, read in (("start", _start), ("goal", _goal)):
        try:
            parts.append(read(raw.get(name), name, reader))
        except TreeError as fault:
            fault.step = name
            reader.faults.append(fault)
            parts.append(None)
    steps = reader.steps(raw.get("steps", []), "steps")
    if not raw.get("steps"):
        reader.faults.append(TreeError("steps", "Add at least one step."))
    return Tree(*parts, steps), reader.faults


def _goal(raw: Any, path: str, reader: Reader) -> Goal | None:
    if not raw:
        return None
    if not isinstance(raw, dict):
        raise TreeError(path, 'A goal is an event, like {"event": "Order Completed"}, or {"condition": ...}.')
    if "condition" in raw:
        only(raw, ("condition",), path)
        return Goal(condition=reader.condition(raw["condition"], f"{path}.condition"))
    only(raw, ("event", "where"), path)
    return Goal(*reader.event(raw, path))


def _start(raw: Any, path: str, reader: Reader) -> Start:
    if not isinstance(raw, dict) or raw.get("kind") not in STARTS:
        raise TreeError(path, "Say who enters: on an event, a segment, a date, a threshold, or by hand.")
    kind = raw["kind"]
    return Start(kind=kind, again_us=_again(raw, kind, path), **_STARTS[kind](raw, path, reader))


def _again(raw: dict, kind: str, path: str) -> int | None:
    again = raw.get("again", {"after_days": 300} if kind == "date" else "never")
    if isinstance(again, dict):
        days = number(
            again.get("after_days"), f"{path}.again.after_days", 1, LATEST_AGAIN, "Again after so many days:"
        )
        return days * DAY
    return {"never": None, "always": 0}[choice(again, ("never", "always"), f"{path}.again")]


def _on_event(raw: dict, path: str, reader: Reader) -> dict:
    only(raw, ("again", "event", "where", "fresh_hours"), path)
    hours = number(raw.get("fresh_hours", FRESH_HOURS), f"{path}.fresh_hours", 1, 8760, "Hours:")
    event, where = reader.event(raw, path)
    return {"event": event, "where": where, "fresh_us": hours * HOUR}


def _on_segment(raw: dict, path: str, reader: Reader) -> dict:
    only(raw, ("again", "segment", "on", "existing"), path)
    if not isinstance(raw.get("segment"), int) or raw["segment"] < 1:
        raise TreeError(f"{path}.segment", "Choose a segment.")
    leaving = choice(raw.get("on", "enter"), ("enter", "leave"), f"{path}.on") == "leave"
    return {"segment": raw["segment"], "leaving": leaving, "existing": _yes(raw, "existing", path) and not leaving}


def _on_date(raw: dict, path: str, reader: Reader) -> dict:
    only(raw, ("again", "fact", "days_before", "yearly"), path)
    fact = text(raw.get("fact"), f"{path}.fact", "a date, such as the birthday")
    before = number(raw.get("days_before", 0), f"{path}.days_before", 0, 365, "Days before:")
    found = {"fact": fact, "days_before": before, "yearly": _yes(raw, "yearly", path, True)}
    reader.condition(date_condition(Start(kind="date", **found)), path)
    return found


def _on_threshold(raw: dict, path: str, reader: Reader) -> dict:
    only(raw, ("again", "condition", "existing"), path)
    condition = reader.condition(raw.get("condition"), f"{path}.condition")
    return {"condition": condition, "existing": _yes(raw, "existing", path)}


def _by_hand(raw: dict, path: str, reader: Reader) -> dict:
    only(raw, ("again",), path)
    return {}


_STARTS = {
    "event": _on_event,
    "segment": _on_segment,
    "date": _on_date,
    "threshold": _on_threshold,
    "manual": _by_hand,
}


def _yes(raw: dict, name: str, path: str, missing: bool = False) -> bool:
    if not isinstance(raw.get(name, missing), bool):
        raise TreeError(f"{path}.{name}", "Say true or false.")
    return raw.get(name, missing)


def date_condition(start: Start) -> dict[str, Any]:
    """The condition that holds on the day, or on the days before it."""
    typed = {"type": "date"} if start.fact.startswith("trait:") else {}
    op = "anniversary_in_next_days" if start.yearly else "within_next_days"
    days = start.days_before if start.yearly else max(1, start.days_before)
    return {"fact": start.fact, **typed, "op": op, "value": days}


def hidden_condition(start: Start) -> dict[str, Any] | None:
    """The condition of the segment a journey keeps for itself, if it needs one."""
    return date_condition(start) if start.kind == "date" else start.condition


def walk(steps: tuple[Step, ...], depth: int = 0) -> Iterator[tuple[Step, int]]:
    """Every step with its depth, in the order in which one reads the tree."""
    for step in steps:
        yield step, depth
        for _, below in step.ways:
            yield from walk(below, depth + 1)


def route(tree: Tree) -> Route:
    """Which step follows which."""
    found = Route(first=tree.steps[0].id if tree.steps else "")
    _lay(tree.steps, "", found)
    return found


def _lay(steps: tuple[Step, ...], then: str, found: Route) -> None:
    for place, step in enumerate(steps):
        follows = steps[place + 1].id if place + 1 < len(steps) else then
        found.after[step.id], found.steps[step.id] = follows, step
        for way, below in step.ways:
            found.way[step.id, way] = below[0].id if below else follows
            _lay(below, follows, found)
