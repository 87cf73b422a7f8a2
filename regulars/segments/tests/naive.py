"""What a definition means, written a second time and plainly: one person, one moment, lists and loops.

It shares nothing with the compiled expressions but the parsed definition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulars.segments.definition import (
    EventIs,
    FactIs,
    Group,
    InSegment,
    Node,
    OnList,
    PropertyIs,
    Sequence,
    Step,
    Window,
)

DAY = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Happening:
    """One event."""

    ts: int
    id: int
    name: str
    props: dict[str, Any]


@dataclass
class Someone:
    """A person as the rules see one: events of all nodes, the latest traits, and facts (None = unknown)."""

    events: list[Happening] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class World:
    """The definitions of other segments, and the calendar."""

    segments: dict[int, Node]
    zone: str = "Europe/London"
    week_start: int = 0

    def local(self, us: int) -> datetime:
        return (EPOCH + timedelta(microseconds=us)).astimezone(ZoneInfo(self.zone))

    def begins(self, day: date) -> int:
        local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        return (local - EPOCH) // timedelta(microseconds=1)


def is_member(node: Node, who: Someone, now: int, world: World) -> bool:
    match node:
        case Group(how="all"):
            return all([is_member(n, who, now, world) for n in node.nodes])
        case Group(how="any"):
            return any([is_member(n, who, now, world) for n in node.nodes])
        case Group():
            return not any([is_member(n, who, now, world) for n in node.nodes])
        case OnList():
            return node.segment in who.lists
        case InSegment():
            return is_member(world.segments[node.segment], who, now, world) is node.member
        case FactIs():
            return holds(who.facts.get(node.fact), node.type, node.op, node.value, now, world)
        case EventIs():
            return measured(node, who, now, world)
        case Sequence():
            return followed(node, who, now, world)
    raise AssertionError(node)


def counted(step: Step | EventIs, window: Window, who: Someone, now: int, world: World) -> list[Happening]:
    named = [e for e in who.events if e.name == step.event and passes(step.where, e, now, world)]
    return sorted((e for e in named if lies_in(window, e.ts, now, world)), key=lambda e: (e.ts, e.id))


def passes(where: Any, event: Happening, now: int, world: World) -> bool:
    if where is None:
        return True
    if isinstance(where, PropertyIs):
        return holds(event.props.get(where.property), where.type, where.op, where.value, now, world)
    answers = [passes(w, event, now, world) for w in where.nodes]
    return {"all": all(answers), "any": any(answers), "none": not any(answers)}[where.how]


def lies_in(window: Window, ts: int, now: int, world: World) -> bool:
    if ts > now - window.older_us or (window.newer_us is not None and ts <= now - window.newer_us):
        return False
    day = world.local(ts).date()
    if (window.from_day and day.isoformat() < window.from_day) or (window.to_day and day.isoformat() > window.to_day):
        return False
    return not window.this or same_period(day, world.local(now).date(), window.this, world.week_start)


def same_period(a: date, b: date, period: str, week_start: int) -> bool:
    def name(day: date) -> tuple:
        match period:
            case "day":
                return (day,)
            case "week":
                return (day - timedelta(days=(day.weekday() - week_start) % 7),)
            case "month":
                return (day.year, day.month)
            case "quarter":
                return (day.year, (day.month + 2) // 3)
        return (day.year,)

    return name(a) == name(b)


def measured(node: EventIs, who: Someone, now: int, world: World) -> bool:
    events = counted(node, node.window, who, now, world)
    if node.measure == "count":
        return holds(len(events), "number", node.op, node.value, now, world)
    if node.property is None:
        place = 0 if node.measure == "first" else -1
        return holds(events[place].ts if events else None, "time", node.op, node.value, now, world)
    if node.measure in ("first", "last"):
        chosen = None
        if events:
            edge = events[0].ts if node.measure == "first" else events[-1].ts
            chosen = next(e for e in events if e.ts == edge).props.get(node.property)
        return holds(chosen, node.type, node.op, node.value, now, world)
    values = [v for e in events if (v := e.props.get(node.property)) is not None]
    return holds(total(node.measure, values), "number", node.op, node.value, now, world)


def total(measure: str, values: list) -> float | int | None:
    if measure == "distinct":
        return len(set(values))
    if measure == "sum":
        return sum(round(v * 1_000_000) for v in values) / 1_000_000
    if not values:
        return None
    if measure == "avg":
        return sum(round(v * 1_000_000) for v in values) / len(values) / 1_000_000
    return {"min": min, "max": max}[measure](values)


def followed(node: Sequence, who: Someone, now: int, world: World) -> bool:
    everything = Window()
    thens = [e.ts for e in counted(node.then, everything, who, now, world)]
    for first in counted(node.first, node.window, who, now, world):
        in_time = any(first.ts < t <= first.ts + node.within_us for t in thens)
        if node.happened and in_time:
            return True
        if not node.happened and not in_time and first.ts + node.within_us <= now:
            return True
    return False


def holds(value: Any, kind: str, op: str, wanted: Any, now: int, world: World) -> bool:  # noqa: C901
    if op == "known":
        return value is not None
    if op in ("unknown", "!=", "not_in", "not_contains"):
        opposite = {"unknown": "known", "!=": "=", "not_in": "in", "not_contains": "contains"}[op]
        return not holds(value, kind, opposite, wanted, now, world)
    if value is None:
        return False
    if kind in ("time", "date"):
        return on_calendar(value, kind, op, wanted, now, world)
    match op:
        case "=":
            return value == wanted
        case "<":
            return value < wanted
        case "<=":
            return value <= wanted
        case ">":
            return value > wanted
        case ">=":
            return value >= wanted
        case "between":
            return wanted[0] <= value <= wanted[1]
        case "in":
            return value in wanted
        case "contains":
            return wanted.lower() in value.lower()
        case "starts_with":
            return value.lower().startswith(wanted.lower())
    raise AssertionError(op)


def on_calendar(value: Any, kind: str, op: str, wanted: Any, now: int, world: World) -> bool:
    today = world.local(now).date()
    if op == "anniversary_in_next_days":
        return anniversary(value, kind, wanted, today, world)
    if op in ("before", "after", "between"):
        day = value[:10] if kind == "date" else world.local(value).date().isoformat()
        if op == "between":
            return wanted[0] <= day <= wanted[1]
        return day < wanted if op == "before" else day > wanted
    if kind == "time":
        age = now - value
        span = wanted * DAY
        return {
            "within_last_days": 0 <= age < span,
            "more_than_days_ago": age >= span,
            "within_next_days": -span <= age < 0,
        }[op]
    age = (today - date.fromisoformat(value[:10])).days
    return {
        "within_last_days": 0 <= age < wanted,
        "more_than_days_ago": age >= wanted,
        "within_next_days": -wanted <= age <= 0,
    }[op]


def anniversary(value: Any, kind: str, days: int, today: date, world: World) -> bool:
    if kind == "date":
        day = date.fromisoformat(value[:10])
    else:
        winter = datetime(2026, 1, 1, tzinfo=ZoneInfo(world.zone)).utcoffset()
        day = (EPOCH + timedelta(microseconds=value) + winter).date()
    for ahead in range(days + 1):
        then = today + timedelta(days=ahead)
        if (then.month, then.day) == (day.month, day.day):
            return True
        if (day.month, day.day) == (2, 29) and (then.month, then.day) == (3, 1) and not leap(then.year):
            return True
    return False


def leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
