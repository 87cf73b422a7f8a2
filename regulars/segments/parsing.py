"""From JSON to a Definition. Every refusal says where and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from regulars.core.clock import DAY, HOUR
from regulars.segments.definition import (
    MAX_CONDITIONS,
    MAX_DAYS,
    MAX_DEPTH,
    MAX_TEXT,
    MAX_VALUES,
    Catalog,
    Definition,
    DefinitionError,
    EventIs,
    FactIs,
    Filter,
    Group,
    InSegment,
    PropertyIs,
    Sequence,
    Step,
    Window,
    leaves,
)

_KNOWN = ("known", "unknown")
_TEXT = ("=", "!=", "in", "not_in", "contains", "not_contains", "starts_with", *_KNOWN)
_NUMBER = ("=", "!=", "<", "<=", ">", ">=", "between", "in", "not_in", *_KNOWN)
_TIME = ("before", "after", "between", "within_last_days", "more_than_days_ago", "within_next_days",
         "anniversary_in_next_days", *_KNOWN)  # fmt: skip
OPERATORS = {
    "text": _TEXT,
    "choice": _TEXT,
    "number": _NUMBER,
    "money": _NUMBER,
    "bool": ("=", *_KNOWN),
    "time": _TIME,
    "date": _TIME,
}
GROUPS = ("all", "any", "none")
KINDS = (*GROUPS, "fact", "event", "sequence", "segment")
PERIODS = ("day", "week", "month", "quarter", "year")
OF_PROPERTY = ("sum", "avg", "min", "max", "distinct", "first", "last")
MEASURES = "count, first, last, or sum, avg, min, max, distinct, first, last followed by :property"
_WINDOW = ("within_days", "within_hours", "older_than_days", "from", "to", "this")
_DAYS_OPS = ("within_last_days", "more_than_days_ago", "within_next_days", "anniversary_in_next_days")


def parse(raw: Any, catalog: Catalog, *, segment_id: int | None = None) -> Definition:
    """The definition of this JSON value. Raises DefinitionError with the path of the first fault."""
    node = _Parser(catalog).node(raw, "", 1)
    found = list(leaves(node))
    if len(found) > MAX_CONDITIONS:
        raise DefinitionError("", f"This has {len(found)} conditions; at most {MAX_CONDITIONS} are allowed.")
    if any(isinstance(leaf, InSegment) and leaf.segment == segment_id for leaf in found):
        raise DefinitionError("", "A segment cannot refer to itself.")
    return node


class _Parser:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def node(self, raw: Any, path: str, depth: int) -> Definition:
        kind = _kind(raw, KINDS, path)
        if kind in GROUPS:
            return _group(raw, kind, path, depth, self.node)
        return getattr(self, f"_{kind}")(raw, path)

    def _fact(self, raw: dict, path: str) -> FactIs:
        _only(raw, ("fact", "op", "value", "type"), path)
        name = _text(raw["fact"], f"{path}.fact")
        kind = self.catalog.fact_type(name)
        if kind is None:
            raise DefinitionError(path, f"There is no fact “{name}”.")
        if name.startswith("trait:") and "type" in raw:
            kind = _choice(raw["type"], tuple(OPERATORS), f"{path}.type", "type")
        return FactIs(name, kind, *_comparison(raw, kind, path))

    def _segment(self, raw: dict, path: str) -> InSegment:
        _only(raw, ("segment", "member"), path)
        member = raw.get("member", True)
        if not isinstance(member, bool):
            raise DefinitionError(f"{path}.member", "Say true (in the segment) or false (not in it).")
        return InSegment(_segment_id(raw["segment"], f"{path}.segment"), member)

    def _event(self, raw: dict, path: str) -> EventIs:
        _only(raw, ("event", "where", "measure", "op", "value", *_WINDOW), path)
        name = _text(raw["event"], f"{path}.event")
        measure, prop, kind = self._measure(name, raw.get("measure", "count"), f"{path}.measure")
        if "op" not in raw and "value" not in raw and measure == "count":
            raw = {**raw, "op": ">=", "value": 1}
        op, value = _comparison(raw, kind, path)
        if measure in ("first", "last") and prop is None and op in ("within_next_days", "anniversary_in_next_days"):
            raise DefinitionError(f"{path}.op", "The first or last time of an event lies in the past: use before, "
                                  "after, between, within_last_days or more_than_days_ago.")  # fmt: skip
        return EventIs(name, self._where(name, raw, path), measure, prop, kind, op, value, _window(raw, path))

    def _measure(self, event: str, raw: Any, path: str) -> tuple[str, str | None, str]:
        measure, colon, prop = _text(raw, path).partition(":")
        if measure == "count" and not colon:
            return measure, None, "number"
        if measure in ("first", "last") and not colon:
            return measure, None, "time"
        if measure not in OF_PROPERTY or not prop:
            raise DefinitionError(path, f"“{raw}” is no measure. There are {MEASURES}.")
        kind = self._property_type(event, prop, path)
        if measure in ("sum", "avg", "min", "max") and kind not in ("number", "money"):
            raise DefinitionError(path, f"“{prop}” is {kind}: {measure} needs a number.")
        return measure, prop, "number" if measure == "distinct" else kind

    def _property_type(self, event: str, name: str, path: str) -> str:
        kind = self.catalog.property_type(event, name)
        if kind is None:
            raise DefinitionError(
                path, f"“{event}” has no declared property “{name}”: declare it under Sources first."
            )
        return kind

    def _where(self, event: str, raw: dict, path: str) -> Filter | None:
        where = raw.get("where")
        if not where:
            return None
        if isinstance(where, list):
            where = {"all": where}
        return self._filter(event, where, f"{path}.where", 1)

    def _filter(self, event: str, raw: Any, path: str, depth: int) -> Filter:
        kind = _kind(raw, (*GROUPS, "property"), path)
        if kind in GROUPS:
            return _group(raw, kind, path, depth, lambda r, p, d: self._filter(event, r, p, d))
        _only(raw, ("property", "op", "value"), path)
        name = _text(raw["property"], f"{path}.property")
        known = self._property_type(event, name, path)
        op, value = _comparison(raw, known, path)
        if op in _DAYS_OPS:
            raise DefinitionError(f"{path}.op", f"“{op}” is for facts; for a property use before, after or between.")
        return PropertyIs(name, known, op, value)

    def _sequence(self, raw: dict, path: str) -> Sequence:
        _only(raw, ("sequence", *_WINDOW), path)
        inner, where = raw["sequence"], f"{path}.sequence"
        if not isinstance(inner, dict):
            raise DefinitionError(where, "A sequence is an object with first, then or then_not, and within_days.")
        _only(inner, ("first", "then", "then_not", "within_days", "within_hours"), where)
        if ("then" in inner) == ("then_not" in inner):
            raise DefinitionError(where, "Say what came next: either then or then_not.")
        within = _duration(inner, where, "within_days", "within_hours")
        if within is None:
            raise DefinitionError(where, "Say how soon: within_days or within_hours.")
        follow = "then" if "then" in inner else "then_not"
        first, then = self._step(inner.get("first"), f"{where}.first"), self._step(inner[follow], f"{where}.{follow}")
        return Sequence(first, then, follow == "then", within, _window(raw, path))

    def _step(self, raw: Any, path: str) -> Step:
        if not isinstance(raw, dict) or "event" not in raw:
            raise DefinitionError(path, 'Say which event, like {"event": "Order Completed"}.')
        _only(raw, ("event", "where"), path)
        name = _text(raw["event"], f"{path}.event")
        return Step(name, self._where(name, raw, path))


def _kind(raw: Any, kinds: tuple[str, ...], path: str) -> str:
    if not isinstance(raw, dict):
        raise DefinitionError(path, f"A condition is an object with one of {', '.join(kinds)}.")
    found = [k for k in kinds if k in raw]
    if len(found) != 1:
        said = "has " + " and ".join(found) if found else "has none"
        raise DefinitionError(path, f"A condition has exactly one of {', '.join(kinds)}; this one {said}.")
    return found[0]


def _group(raw: dict, how: str, path: str, depth: int, parse_one: Callable) -> Group:
    _only(raw, (how,), path)
    here = f"{path}.{how}" if path else how
    children = raw[how]
    if not isinstance(children, list) or not children:
        raise DefinitionError(here, "A group needs at least one condition.")
    if depth >= MAX_DEPTH:
        raise DefinitionError(here, f"Groups may be nested {MAX_DEPTH} deep at most.")
    if len(children) > MAX_CONDITIONS:
        raise DefinitionError(here, f"A group may have at most {MAX_CONDITIONS} conditions.")
    return Group(how, tuple(parse_one(c, f"{here}[{i}]", depth + 1) for i, c in enumerate(children)))


def _only(raw: dict, allowed: tuple[str, ...], path: str) -> None:
    extra = sorted(map(str, set(raw) - set(allowed)))
    if extra:
        raise DefinitionError(path, f"“{extra[0]}” is not understood here; there are {', '.join(allowed)}.")


def _comparison(raw: dict, kind: str, path: str) -> tuple[str, Any]:
    op = raw.get("op", "=" if "value" in raw else None)
    op = _choice(op, OPERATORS[kind], f"{path}.op", "operator")
    if op in _KNOWN:
        return op, None
    if "value" not in raw:
        raise DefinitionError(path, f"“{op}” needs a value.")
    return op, _value(raw["value"], op, kind, f"{path}.value")


def _value(raw: Any, op: str, kind: str, path: str) -> Any:
    if op in _DAYS_OPS:
        return _integer(raw, path, 0 if op == "anniversary_in_next_days" else 1, MAX_DAYS)
    if op == "between":
        if not isinstance(raw, list) or len(raw) != 2:
            raise DefinitionError(path, "“between” needs two values, the lower one first.")
        low, high = (_scalar(v, kind, f"{path}[{i}]") for i, v in enumerate(raw))
        if low > high:
            raise DefinitionError(path, "“between” needs the lower value first.")
        return low, high
    if op in ("in", "not_in"):
        if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_VALUES:
            raise DefinitionError(path, f"“{op}” needs a list of one to {MAX_VALUES} values.")
        return tuple(_scalar(v, kind, f"{path}[{i}]") for i, v in enumerate(raw))
    return _scalar(raw, kind, path)


def _scalar(raw: Any, kind: str, path: str) -> Any:
    if kind in ("text", "choice"):
        return _text(raw, path)
    if kind == "bool":
        if not isinstance(raw, bool):
            raise DefinitionError(path, "Say true or false.")
        return raw
    if kind in ("time", "date"):
        return _day(raw, path)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not abs(raw) < 1e12:
        raise DefinitionError(path, f"“{raw}” is not a number this can be compared with.")
    if kind == "money" and raw != int(raw):
        raise DefinitionError(path, "Money is in minor units (pence, cents): a whole number.")
    return int(raw) if raw == int(raw) else raw


def _day(raw: Any, path: str) -> str:
    """A calendar day "2026-03-31", meant in the business's time zone."""
    try:
        if not isinstance(raw, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
            raise ValueError
        year = date.fromisoformat(raw).year
    except ValueError:
        raise DefinitionError(path, f"“{raw}” is not a date like 2026-03-31.") from None
    if not 1900 <= year <= 2200:
        raise DefinitionError(path, f"The year of {raw} is outside 1900 to 2200.")
    return raw


def _text(raw: Any, path: str) -> str:
    if not isinstance(raw, str) or not raw or len(raw) > MAX_TEXT or "\0" in raw:
        raise DefinitionError(path, f"A text of 1 to {MAX_TEXT} characters is needed here.")
    return raw


def _choice(raw: Any, allowed: tuple[str, ...], path: str, what: str) -> str:
    if raw not in allowed:
        raise DefinitionError(path, f"“{raw}” is no {what} here; there are {', '.join(allowed)}.")
    return raw


def _integer(raw: Any, path: str, low: int, high: int) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        raise DefinitionError(path, f"A whole number from {low} to {high} is needed here.")
    return raw


def _segment_id(raw: Any, path: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= 2**62:
        raise DefinitionError(path, "Choose a segment.")
    return raw


def _duration(raw: dict, path: str, in_days: str, in_hours: str) -> int | None:
    if in_days in raw and in_hours in raw:
        raise DefinitionError(path, f"Say either {in_days} or {in_hours}, not both.")
    if in_days in raw:
        return _integer(raw[in_days], f"{path}.{in_days}", 1, MAX_DAYS) * DAY
    if in_hours in raw:
        return _integer(raw[in_hours], f"{path}.{in_hours}", 1, MAX_DAYS * 24) * HOUR
    return None


def _window(raw: dict, path: str) -> Window:
    newer = _duration(raw, path, "within_days", "within_hours")
    older = _integer(raw.get("older_than_days", 0), f"{path}.older_than_days", 0, MAX_DAYS) * DAY
    start, end = (_day(raw[k], f"{path}.{k}") if k in raw else None for k in ("from", "to"))
    this = _choice(raw["this"], PERIODS, f"{path}.this", "period") if "this" in raw else None
    if newer is not None and newer <= older:
        raise DefinitionError(path, "Nothing can be both within the last and older than the same number of days.")
    if start and end and start > end:
        raise DefinitionError(path, f"The window ends ({end}) before it begins ({start}).")
    return Window(newer, older, start, end, this)
