"""The filter of one event, in plain Python: for the few events that somebody waits for, one at a time.

It means the same as the compiled expression (conditions.py); a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from regulars.segments.calendar import Calendar
from regulars.segments.definition import Filter, Group
from regulars.segments.parsing import parse

OPPOSITE = {"!=": "=", "not_in": "in", "not_contains": "contains", "unknown": "known"}
_PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda found, wanted: found == wanted,
    "<": lambda found, wanted: found < wanted,
    "<=": lambda found, wanted: found <= wanted,
    ">": lambda found, wanted: found > wanted,
    ">=": lambda found, wanted: found >= wanted,
    "between": lambda found, wanted: wanted[0] <= found <= wanted[1],
    "in": lambda found, wanted: found in wanted,
    "contains": lambda found, wanted: wanted.lower() in found.lower(),
    "starts_with": lambda found, wanted: found.lower().startswith(wanted.lower()),
}


def filter_of(event: str, where: Any, catalog: Any) -> Filter | None:
    """The filter as written in a condition, read. Raises DefinitionError."""
    return parse({"event": event, "where": where}, catalog).where if where else None


def passes(where: Filter | None, properties: dict[str, Any], calendar: Calendar) -> bool:
    """Does an event with these properties, as it was sent, pass?"""
    if where is None:
        return True
    if isinstance(where, Group):
        answers = (passes(node, properties, calendar) for node in where.nodes)
        return all(answers) if where.how == "all" else any(answers) is (where.how == "any")
    value = _value(properties.get(where.property), where.type)
    return _holds(value, where.type, where.op, where.value, calendar)


def _value(raw: Any, kind: str) -> Any:
    """The value as the lake would hold it: None where it does not fit its type or looks personal."""
    from regulars.lake.properties import READERS

    value = None if raw is None else READERS[kind](raw)
    return None if isinstance(value, str) and _personal(value) else value


@lru_cache(maxsize=4096)
def _personal(text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns())


@cache
def _patterns() -> list[re.Pattern]:
    from regulars.lake.shapes import PATTERNS

    return [re.compile(pattern, re.ASCII) for pattern in PATTERNS.values()]


def _holds(value: Any, kind: str, op: str, wanted: Any, calendar: Calendar) -> bool:
    if op in OPPOSITE:
        return not _holds(value, kind, OPPOSITE[op], wanted, calendar)
    if op == "known":
        return value is not None
    if value is None:
        return False
    if kind == "time":
        return _on_days(value, op, wanted, calendar)
    return _PLAIN[op](value, wanted)


def _on_days(value: int, op: str, wanted: Any, calendar: Calendar) -> bool:
    first, last = wanted if op == "between" else (wanted, wanted)
    if op == "before":
        return value < calendar.day_begins(first)
    if op == "after":
        return value >= calendar.day_ends(last)
    return calendar.day_begins(first) <= value < calendar.day_ends(last)
