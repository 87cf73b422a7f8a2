"""Definitions in words, for people: one sentence per condition, groups as lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from regulars.core.plugs import registry
from regulars.segments.definition import (
    EventIs,
    FactIs,
    Filter,
    Group,
    InSegment,
    Node,
    OnList,
    PropertyIs,
    Sequence,
    Step,
    Window,
    days,
)

_OPS = {
    "=": "is {}",
    "!=": "is not {}",
    "<": "is less than {}",
    "<=": "is at most {}",
    ">": "is more than {}",
    ">=": "is at least {}",
    "between": "is from {} to {}",
    "in": "is one of {}",
    "not_in": "is none of {}",
    "contains": "contains {}",
    "not_contains": "does not contain {}",
    "starts_with": "starts with {}",
    "known": "is known",
    "unknown": "is not known",
    "before": "is before {}",
    "after": "is after {}",
    "within_last_days": "was in the last {}",
    "more_than_days_ago": "was more than {} ago",
    "within_next_days": "is in the next {}",
    "anniversary_in_next_days": "has its anniversary in the next {}",
}
_HEADS = {"all": "All of these", "any": "At least one of these", "none": "None of these"}
_MEASURES = {"sum": "sum", "avg": "average", "min": "smallest", "max": "largest", "distinct": "number of different"}


def _plain_money(minor: int) -> str:
    return f"{minor / 100:,.2f}"


@dataclass(frozen=True)
class Names:
    """How things are called: segments by id, and how money is written."""

    segments: dict[int, str] = field(default_factory=dict)
    money: Callable[[int], str] = _plain_money


def in_words(definition: Node, names: Names | None = None) -> list[str]:
    """The definition as lines; nested groups are indented."""
    names = names or Names()
    if isinstance(definition, Group):
        return _group(definition, names, 0)
    return [_sentence(definition, names)]


def _group(group: Group, names: Names, depth: int) -> list[str]:
    lines = [f"{'  ' * depth}{_HEADS[group.how]}:"]
    for node in group.nodes:
        if isinstance(node, Group):
            lines += _group(node, names, depth + 1)
        else:
            lines.append(f"{'  ' * (depth + 1)}{_sentence(node, names)}")
    return lines


def _sentence(node: Node, names: Names) -> str:
    match node:
        case FactIs(type="bool", op="="):
            return f"{_fact_name(node.fact)}: {_value('bool', node.value, names)}"
        case FactIs():
            return f"{_fact_name(node.fact)} {_comparison(node.type, node.op, node.value, names)}"
        case EventIs():
            return _event(node, names)
        case Sequence():
            return _sequence(node, names)
        case InSegment():
            name = names.segments.get(node.segment, f"segment {node.segment}")
            return f"is {'' if node.member else 'not '}in “{name}”"
        case OnList():
            return "was put on this list by hand"
    raise TypeError(type(node).__name__)


def _fact_name(name: str) -> str:
    if name.startswith("trait:"):
        return name.removeprefix("trait:")
    if name.startswith("consent:"):
        _, purpose, channel = name.split(":", 2)
        return f"consent to {purpose} by {channel}"
    known = registry.facts.get(name)
    return known.label if known else name


def _comparison(kind: str, op: str, value: Any, names: Names) -> str:
    return _OPS[op].format(*_values(kind, op, value, names))


def _values(kind: str, op: str, value: Any, names: Names) -> list[str]:
    if op.endswith("_days") or op == "more_than_days_ago":
        return [f"{value} day{'' if value == 1 else 's'}"]
    if op == "between":
        return [_value(kind, v, names) for v in value]
    if op in ("in", "not_in"):
        return [", ".join(_value(kind, v, names) for v in value)]
    return [_value(kind, value, names)]


def _value(kind: str, value: Any, names: Names) -> str:
    if kind == "money":
        return names.money(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”" if kind in ("text", "choice") else str(value)


def _event(node: EventIs, names: Names) -> str:
    what = f"“{node.event}”{_where(node.where, names)}"
    compared = _comparison(node.type, node.op, node.value, names)
    if node.measure == "count":
        return f"{what} {_times(node)}{_window(node.window)}"
    if node.property is None:
        return f"the {node.measure} {what}{_window(node.window)} {compared}"
    if node.measure in ("first", "last"):
        return f"{node.property} of the {node.measure} {what}{_window(node.window)} {compared}"
    return f"{_MEASURES[node.measure]} {node.property} of {what}{_window(node.window)} {compared}"


def _times(node: EventIs) -> str:
    known = {(">=", 1): "happened", (">", 0): "happened", ("=", 0): "did not happen", ("<", 1): "did not happen"}
    if (said := known.get((node.op, node.value))) is not None:
        return said
    how = {">=": "at least {}", ">": "more than {}", "<": "less than {}", "<=": "at most {}", "=": "exactly {}",
           "!=": "not exactly {}", "between": "{} to {}", "in": "{}", "not_in": "not {}"}  # fmt: skip
    if node.op not in how:
        return "was counted" if node.op == "known" else "was not counted"
    return f"happened {how[node.op].format(*_values('number', node.op, node.value, Names()))} times"


def _where(where: Filter | None, names: Names) -> str:
    return "" if where is None else f" (with {_filter(where, names)})"


def _filter(where: Filter, names: Names) -> str:
    if isinstance(where, PropertyIs):
        return f"{where.property} {_comparison(where.type, where.op, where.value, names)}"
    parts = [_filter(child, names) for child in where.nodes]
    if where.how == "none":
        return f"none of: {'; '.join(parts)}"
    joined = f" {'and' if where.how == 'all' else 'or'} ".join(parts)
    return f"({joined})" if len(parts) > 1 and where.how == "any" else joined


def _sequence(node: Sequence, names: Names) -> str:
    first, then = (_step(step, names) for step in (node.first, node.then))
    follow = "followed" if node.happened else "not followed"
    return f"{first} was {follow} by {then} within {days(node.within_us)}{_window(node.window)}"


def _step(step: Step, names: Names) -> str:
    return f"“{step.event}”{_where(step.where, names)}"


def _window(window: Window) -> str:
    parts = []
    if window.newer_us is not None:
        parts.append(f"in the last {days(window.newer_us)}")
    if window.older_us:
        parts.append(f"at least {days(window.older_us)} ago")
    if window.from_day or window.to_day:
        parts.append(
            " ".join(
                [f"from {window.from_day}"] * bool(window.from_day) + [f"up to {window.to_day}"] * bool(window.to_day)
            )
        )
    if window.this:
        parts.append("today" if window.this == "day" else f"this {window.this}")
    return f" {' and '.join(parts)}" if parts else ""
