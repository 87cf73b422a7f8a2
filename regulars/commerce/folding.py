"""From what events said about one order number to the order, its lines and its refunds.

A pure function of the set of events: they are taken in the order of their own times (equal times: by kind,
then by content), so it does not matter when or in which batches they arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from regulars.commerce.reading import Item, Number, Said
from regulars.core.clock import SECOND
from regulars.core.money import exponent

PLACED = {"Order Completed": 0, "Order Updated": 1}
KINDS = {**PLACED, "Order Refunded": 2, "Order Cancelled": 3}
UNIX_DAY = date(1970, 1, 1).toordinal()
Rates = Callable[[str, int], tuple[float, str] | None]


@dataclass(frozen=True)
class Books:
    """How this business counts: its currency, net or gross, its calendar, and the rate of a currency on a day."""

    currency: str
    net: bool
    zone: ZoneInfo
    rates: Rates

    def day(self, ts: int) -> int:
        """Days since 1970 of the local date."""
        return datetime.fromtimestamp(ts // SECOND, self.zone).toordinal() - UNIX_DAY

    def rate(self, currency: str, day: int) -> tuple[float | None, str]:
        """(rate, its date): (1.0, "") for the base currency, (None, "") when none is known."""
        if currency == self.currency:
            return 1.0, ""
        return self.rates(currency, day) or (None, "")

    def base(self, minor: int, currency: str, rate: float | None) -> int | None:
        """An amount in the base currency, None when there is no rate."""
        if rate == 1.0 and currency == self.currency:
            return minor
        if rate is None:
            return None
        exact = (Decimal(minor) * Decimal(repr(rate))).scaleb(exponent(self.currency) - exponent(currency))
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(slots=True)
class Line:
    item: Item
    quantity: float
    price: int
    total: int
    base_total: int | None
    returned: float = 0.0


@dataclass(slots=True)
class Back:
    """One refund. `total` and `base_total` are positive."""

    said: Said
    day: int
    currency: str
    total: int
    base_total: int | None
    rate_on: str
    items: float


@dataclass(slots=True)
class Placed:
    """An order as all its events have it."""

    first: Said
    updated_us: int
    day: int
    currency: str
    total: int
    tax: int
    shipping: int
    discount: int
    base_total: int | None
    rate: float | None
    rate_on: str
    store: str
    coupon: str
    items: float
    lines: list[Line]
    refunded: int = 0
    base_refunded: int | None = 0
    cancelled_us: int | None = None


@dataclass(slots=True)
class Folded:
    order: Placed | None = None
    refunds: list[Back] = field(default_factory=list)
    unread: tuple[Said, str] | None = None


def fold(said: Sequence[Said], books: Books) -> Folded:
    """The order, lines and refunds that these events make. They must all speak of one order number."""
    if len(said) > 1:
        said = sorted(said, key=_place_in_time)
    placed = [s for s in said if s.name in PLACED]
    folded = Folded()
    if placed:
        _place(folded, placed, books)
    if len(said) > len(placed):
        _take_back(folded, [s for s in said if s.name == "Order Refunded"], books)
        _cancel(folded, [s.ts for s in said if s.name == "Order Cancelled"])
    return folded


def _place_in_time(said: Said) -> tuple[Any, ...]:
    facts = said.facts
    return said.ts, KINDS[said.name], facts.get("revision", 0), repr(sorted(facts.items())), said.event_id


def _place(folded: Folded, placed: Sequence[Said], books: Books) -> None:
    first = next((s for s in placed if s.name == "Order Completed"), placed[0])
    facts = placed[0].facts
    for later in placed[1:]:
        facts = {**facts, **later.facts}
    order = _order(first, facts, books, updated_us=placed[-1].ts)
    if order is None:
        folded.unread = (first, "The order has neither a total nor products with prices: it cannot be counted.")
    elif order.total < 0:  # tills send goods brought back as an order below zero
        pieces = sum((abs(line.quantity) for line in order.lines), 0.0)
        base = None if order.base_total is None else -order.base_total
        folded.refunds.append(Back(first, order.day, order.currency, -order.total, base, order.rate_on, pieces))
    else:
        folded.order = order


def _order(first: Said, facts: dict[str, Any], books: Books, *, updated_us: int) -> Placed | None:
    currency = facts.get("currency") or books.currency
    scale = exponent(currency)
    day = books.day(first.ts)
    rate, rate_on = books.rate(currency, day)
    lines = [_line(each, currency, scale, rate, books) for each in facts.get("items", ())]
    tax, shipping, discount = (minor(facts.get(name, 0), scale) for name in ("tax", "shipping", "discount"))
    total = _total(facts, lines, scale, tax=tax, shipping=shipping, discount=discount, net=books.net)
    if total is None:
        return None
    return Placed(
        first=first,
        updated_us=updated_us,
        day=day,
        currency=currency,
        total=total,
        tax=tax,
        shipping=shipping,
        discount=discount,
        base_total=books.base(total - tax if books.net else total, currency, rate),
        rate=rate,
        rate_on=rate_on,
        store=facts.get("store", "")[:120],
        coupon=facts.get("coupon", "")[:80],
        items=sum((line.quantity for line in lines if not line.item.charge), 0.0),
        lines=lines,
    )


def _line(item: Item, currency: str, scale: int, rate: float | None, books: Books) -> Line:
    quantity = item.quantity
    if item.total is not None:
        total = minor(item.total, scale)
        price = minor(item.price, scale) if item.price is not None else _each(total, quantity)
    else:
        price = minor(item.price or 0, scale)
        total = price if quantity == 1 else minor(_times(item.price or 0, quantity), scale)
    return Line(item, float(quantity), price, total, books.base(total, currency, rate))


def _total(facts: dict[str, Any], lines: list[Line], scale: int, *, tax, shipping, discount, net) -> int | None:
    """What the customer paid: `total`; else revenue or subtotal with tax and shipping; else value; else the lines."""
    if "total" in facts:
        return minor(facts["total"], scale)
    for name in ("revenue", "subtotal"):  # both are after discounts, before tax and shipping
        if name in facts:
            return minor(facts[name], scale) + tax + shipping
    if "value" in facts:
        return minor(facts["value"], scale)
    if not any(line.item.price is not None or line.item.total is not None for line in lines):
        return None
    return sum(line.total for line in lines) + shipping - discount + (tax if net else 0)


def _take_back(folded: Folded, refunds: list[Said], books: Books) -> None:
    order = folded.order
    for said in refunds:
        back = _refund(said, order, books)
        folded.refunds.append(back)
        if order is None:
            continue
        if back.currency == order.currency:
            order.refunded += back.total
        known = order.base_refunded is not None and back.base_total is not None
        order.base_refunded = order.base_refunded + back.base_total if known else None


def _refund(said: Said, order: Placed | None, books: Books) -> Back:
    currency = said.facts.get("currency") or (order.currency if order else books.currency)
    of_order = order if order and order.currency == currency else None
    total = _refund_total(said.facts, of_order, exponent(currency))
    pieces = _return_goods(said.facts.get("items"), order, total)
    # at the rate of the order's day, so that an order brought back whole leaves nothing
    day = books.day(said.ts)
    rate, rate_on = books.rate(currency, of_order.day if of_order else day)
    counted = _without_tax(total, said.facts, of_order, exponent(currency)) if books.net else total
    return Back(said, day, currency, total, books.base(counted, currency, rate), rate_on, pieces)


def _refund_total(facts: dict[str, Any], order: Placed | None, scale: int) -> int:
    """What was said; else what its products cost; else what is left of the order; 0 while the order is unknown."""
    for name in ("total", "revenue", "value"):
        if name in facts:
            return abs(minor(facts[name], scale))
    if facts.get("items"):
        return sum(_cost(item, order, scale) for item in facts["items"])
    return max(order.total - order.refunded, 0) if order else 0


def _cost(item: Item, order: Placed | None, scale: int) -> int:
    if item.total is not None:
        return abs(minor(item.total, scale))
    price = item.price
    if price is None and order:
        match = next((line for line in order.lines if line.item.key == item.key), None)
        return minor(_times(match.price, abs(item.quantity)), 0) if match else 0
    return abs(minor(_times(price or 0, item.quantity), scale))


def _return_goods(items: list[Item] | None, order: Placed | None, total: int) -> float:
    """Mark what came back on the order's lines; the number of pieces that came back."""
    if items:
        pieces = [(item.key, float(abs(item.quantity))) for item in items if not item.charge]
    elif order and order.refunded + total >= order.total:
        pieces = [(line.item.key, line.quantity - line.returned) for line in order.lines if not line.item.charge]
    else:
        return 0.0
    for key, count in pieces:
        for line in order.lines if order else ():
            here = min(count, line.quantity - line.returned) if line.item.key == key else 0.0
            if here > 0:
                line.returned += here
                count -= here
    return sum(count for _, count in pieces)


def _without_tax(total: int, facts: dict[str, Any], order: Placed | None, scale: int) -> int:
    if "tax" in facts:
        return total - abs(minor(facts["tax"], scale))
    if order and order.total:
        return minor(Decimal(total) * (order.total - order.tax) / order.total, 0)
    return total


def _cancel(folded: Folded, cancelled: list[int]) -> None:
    if folded.order and cancelled:
        folded.order.cancelled_us = min(cancelled)


def minor(amount: Number, scale: int) -> int:
    """An amount in minor units, half away from zero. A float means the decimal number it prints as."""
    if type(amount) is int:
        return amount * 10**scale
    if type(amount) is float:
        near = amount * 10**scale
        whole = round(near)
        if abs(near - whole) < 1e-4 and abs(near) < 1e11:
            return whole
        amount = Decimal(repr(amount))
    return int(amount.scaleb(scale).quantize(Decimal(1), ROUND_HALF_UP))


def _times(price: Number, quantity: Number) -> Number:
    if type(price) is int and type(quantity) is int:
        return price * quantity
    return Decimal(str(price)) * Decimal(str(quantity))


def _each(total: int, quantity: Number) -> int:
    return minor(Decimal(total) / Decimal(str(quantity)), 0) if quantity else total


def iso_day(day: int) -> str:
    """The date of a day number, as 2026-09-21."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()
