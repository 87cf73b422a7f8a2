"""The operators of conditions on Ibis columns, and the next instant at which their answer can change by itself.

Every answer is true or false, never null. Unknown values fail a comparison; `!=`, `not_in` and `not_contains` are
the exact opposites of `=`, `in` and `contains`, so unknown values pass them. Texts are compared exactly, only
contains, not_contains and starts_with ignore case. An instant that never comes is FAR.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.core.clock import DAY
from regulars.segments.calendar import Calendar, day_number, earliest_instant

FAR = 2**62
OPPOSITE = {"!=": "=", "not_in": "in", "not_contains": "contains", "unknown": "known"}
MOVING = ("within_last_days", "more_than_days_ago", "within_next_days", "anniversary_in_next_days")

Answer = tuple[ir.BooleanValue, ir.IntegerValue]
"""Is it so now, and when can that change without new data."""


def whole(value: int) -> ir.IntegerScalar:
    """An int64 literal: Ibis would pick the smallest type that fits, and engines would overflow."""
    return ibis.literal(value, "int64")


def never() -> ir.IntegerScalar:
    return whole(FAR)


def or_never(value: ir.IntegerValue) -> ir.IntegerValue:
    return value.fill_null(whole(FAR))


def answer(column: ir.Value, kind: str, op: str, value: Any, clock: ir.Table, calendar: Calendar) -> Answer:
    """A comparison of a value per person; `clock` is a relation with the clock's columns.

    Dates come as day numbers; for anniversary_in_next_days `column` is the number of the day of its next return.
    """
    if op == "anniversary_in_next_days":
        return _anniversary(column, value, clock)
    if op in MOVING:
        moving = _moving_day if kind == "date" else _moving_time
        return moving(column, op, value, clock)
    return static(column, kind, op, value, calendar), never()


def static(column: ir.Value, kind: str, op: str, value: Any, calendar: Calendar) -> ir.BooleanValue:
    """A comparison that time alone cannot change. Dates come as day numbers."""
    if op in OPPOSITE:
        return ~static(column, kind, OPPOSITE[op], value, calendar)
    if op == "known":
        return column.notnull()
    if kind in ("time", "date"):
        return _on_days(column, kind, op, value, calendar).fill_null(False)
    return _plain(column, op, value).fill_null(False)


def _plain(column: ir.Value, op: str, value: Any) -> ir.BooleanValue:
    match op:
        case "=":
            return column == value
        case "<":
            return column < value
        case "<=":
            return column <= value
        case ">":
            return column > value
        case ">=":
            return column >= value
        case "between":
            return (column >= value[0]) & (column <= value[1])
        case "in":
            return column.isin(list(value))
        case "contains":
            return column.lower().contains(value.lower())
        case _:
            return column.lower().startswith(value.lower())


def _on_days(column: ir.IntegerValue, kind: str, op: str, value: Any, calendar: Calendar) -> ir.BooleanValue:
    """before, after, between local days, for instants or day numbers."""
    first, last = value if op == "between" else (value, value)
    if kind == "date":
        begins, ends = (day_number(date.fromisoformat(d)) for d in (first, last))
        ends += 1
    else:
        begins, ends = calendar.day_begins(first), calendar.day_ends(last)
    if op == "before":
        return column < begins
    if op == "after":
        return column >= ends
    return (column >= begins) & (column < ends)


def _moving_time(at: ir.IntegerValue, op: str, days: int, clock: ir.Table) -> Answer:
    """An instant beside the running time."""
    now, span = clock.clock_now, whole(days * DAY)
    if op == "within_last_days":
        so, turns = (at <= now) & (at > now - span), [at, at + span]
    elif op == "more_than_days_ago":
        so, turns = at <= now - span, [at + span]
    else:
        so, turns = (at > now) & (at <= now + span), [at - span, at]
    return so.fill_null(False), first_after(now, turns)


def _moving_day(day: ir.IntegerValue, op: str, days: int, clock: ir.Table) -> Answer:
    """A day number beside the running day."""
    today = clock.clock_today
    if op == "within_last_days":
        so, turns = (day <= today) & (day > today - days), [day, day + days]
    elif op == "more_than_days_ago":
        so, turns = day <= today - days, [day + days]
    else:
        so, turns = (day >= today) & (day <= today + days), [day - days, day + 1]
    return so.fill_null(False), _on_day(clock, first_after(today, turns))


def _anniversary(returns: ir.IntegerValue, days: int, clock: ir.Table) -> Answer:
    """The day lies at most that many days ahead; 0 is today."""
    so = (returns - clock.clock_today <= days).fill_null(False)
    return so, _on_day(clock, or_never(ibis.ifelse(so, returns + 1, returns - days)))


def _on_day(clock: ir.Table, day: ir.IntegerValue) -> ir.IntegerValue:
    """When that local day may begin: not before the next local midnight, and surely not later than it does."""
    instant = ibis.greatest(clock.clock_midnight, earliest_instant(ibis.least(day, whole(10**8))))
    return ibis.ifelse(day >= 10**8, never(), instant)


def first_after(now: ir.IntegerValue, turns: list[ir.IntegerValue]) -> ir.IntegerValue:
    """The earliest of these that is still to come."""
    return ibis.least(never(), *(or_never(ibis.ifelse(t > now, t, ibis.null("int64"))) for t in turns))
