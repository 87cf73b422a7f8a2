"""Rules and orders for these tests."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from regulars.core.clock import to_us
from regulars.loyalty.earning.evaluate import Happened, Live, Past, earned_by
from regulars.loyalty.earning.orders import Line, Order
from regulars.loyalty.earning.rules import read

LONDON = ZoneInfo("Europe/London")
PER_POUND = {"key": "every", "kind": "amount", "points": 1, "per": 100}


def moment(text: str) -> int:
    """A local time such as "2026-03-31 18:00" in London."""
    return to_us(datetime.fromisoformat(text).replace(tzinfo=LONDON))


def book(*rules: dict[str, Any], number: int = 1, from_us: int = 0, **more: Any) -> Live:
    """A version that is live."""
    return Live(number, from_us, read({"rules": list(rules), **more}))


def order(id_: int, *lines: tuple[str, int], when: str = "2026-03-10 12:00", store: str = "High Street") -> Order:
    """An order of lines (category, minor units), one piece each."""
    made = tuple(Line(n, f"p-{name}", name, Fraction(1), net) for n, (name, net) in enumerate(lines, 1))
    return Order(id_, 7, moment(when), f"A{id_}", store, made)


def points(*orders: Order, rules: Live, happened: tuple[Happened, ...] = (), **more: Any) -> dict[str, int]:
    """{what: points}, all rules together."""
    found: dict[str, int] = {}
    for grant in earned_by(Past(tuple(orders), happened, **more), [rules], LONDON):
        found[grant.what] = found.get(grant.what, 0) + grant.points
    return found
