"""Whether a rule speaks of a line, an order, a moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from regulars.loyalty import days
from regulars.loyalty.earning.rules import Picked, Rule, When

if TYPE_CHECKING:
    from regulars.loyalty.earning.orders import Line, Order


def names(picked: Picked, line: Line, store: str) -> bool:
    """Whether the line has one of the names in each list that is not empty."""
    return (
        (not picked.categories or line.category in picked.categories)
        and (not picked.products or line.product in picked.products)
        and (not picked.stores or store in picked.stores)
    )


def is_of(rule: Rule, line: Line, store: str) -> bool:
    """Whether the rule is about this line: `only` names it, `but` does not."""
    excluded = rule.but != _NOTHING and names(rule.but, line, store)
    return names(rule.only, line, store) and not excluded


_NOTHING = Picked()


def is_time(when: When, ts: int, zone: ZoneInfo) -> bool:
    """Whether the moment is among the days, weekdays and hours, by the local clock."""
    if when == _ALWAYS:
        return True
    moment = days.local(ts, zone)
    clock, day = moment.strftime("%H:%M"), moment.date()
    if when.begin and when.begin >= when.end and clock < when.end:  # after midnight: it belongs to the evening before
        day = date.fromordinal(day.toordinal() - 1)
    elif when.begin and not _is_hour(when, clock):
        return False
    if when.weekdays and day.weekday() not in when.weekdays:
        return False
    return (not when.first or day.isoformat() >= when.first) and (not when.last or day.isoformat() <= when.last)


_ALWAYS = When()


def _is_hour(when: When, clock: str) -> bool:
    if when.begin < when.end:
        return when.begin <= clock < when.end
    return clock >= when.begin


def applies(rule: Rule, order: Order, tier: str, zone: ZoneInfo) -> bool:
    """Whether the rule is for this order at all: its size, its time, the member's tier."""
    return order.net >= rule.least and is_time(rule.when, order.ts, zone) and _is_for(rule.tiers, tier)


def _is_for(tiers: Collection[str], tier: str) -> bool:
    return not tiers or tier in tiers
