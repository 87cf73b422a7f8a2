"""What a shop says about its orders, customers and products, and the canonical events it comes to.

A shop sends the state of an object, again and again, in any order. Each state becomes events with ids that depend on
nothing but the object and its version: the same state twice is known, and an older one that comes later changes
nothing, because every event carries the time of its version and commerce folds them in that order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from regulars.core.clock import from_us, to_us
from regulars.core.money import to_major
from regulars.people.sighting import NOBODY

Item = dict[str, Any]
ISO_BEFORE = 10**14  # smaller numbers would be taken for milliseconds


class Unreadable(ValueError):
    """Why a delivery cannot be understood, as a sentence."""


@dataclass(frozen=True)
class Consent:
    """What somebody said to being written to. The wording is not known: `evidence` is what the shop says of it."""

    channel: str
    state: str
    at: int
    address: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Who:
    """Whose it is. `id` is the number of the customer's account in the shop; guests have none."""

    id: str = ""
    email: str = ""
    phone: str = ""
    traits: dict[str, Any] = field(default_factory=dict)
    card: str = ""

    @property
    def known(self) -> bool:
        return bool(self.id or self.email or self.phone or self.card)


NO_ONE = Who()


@dataclass(frozen=True)
class Line:
    """A product in an order, a return or the catalogue. Amounts in major units; None is: not said."""

    product_id: str = ""
    sku: str = ""
    name: str = ""
    variant: str = ""
    category: str = ""
    brand: str = ""
    quantity: Decimal | int = 1
    price: Decimal | None = None
    total: Decimal | None = None
    image_url: str = ""
    url: str = ""
    charge: bool = False


@dataclass(frozen=True)
class Refund:
    """Money or goods that went back. Without `lines` it is an amount only."""

    id: str
    at: int
    total: Decimal | None
    tax: Decimal | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Order:
    """An order as it stood at `version` (microseconds). `placed`: it counts as a purchase. None: not said.

    `revision` tells which of two states of one version is the newer.
    """

    id: str
    who: Who
    at: int
    version: int
    currency: str
    revision: int = 0
    placed: bool = True
    name: str = ""
    total: Decimal | None = None
    tax: Decimal | None = None
    shipping: Decimal | None = None
    discount: Decimal | None = None
    coupon: str = ""
    store: str = ""
    lines: tuple[Line, ...] | None = None
    refunds: tuple[Refund, ...] = ()
    cancelled: int | None = None


@dataclass(frozen=True)
class Product:
    """A product as it stood at `version`. `stock` None: not counted."""

    line: Line
    version: int
    currency: str = ""
    stock: Decimal | int | None = None
    available: bool | None = None


def order_items(order: Order) -> list[Item]:
    """The events of an order: who, placed, as it stands, what went back, cancelled."""
    items = [*_identify(order.who, order.version)]
    if order.placed:
        facts = _facts(order)
        items.append(_track("Order Completed", order, order.at, facts, ("order", order.id, "placed")))
        told = {**facts, "revision": order.revision} if order.revision else facts
        version = ("order", order.id, str(order.version), digest(facts))
        items.append(_track("Order Updated", order, order.version, told, version))
    items += [refund_item(refund, order=order.id, who=order.who, currency=order.currency) for refund in order.refunds]
    if order.cancelled is not None:
        said = {"order_id": order.id}
        items.append(_track("Order Cancelled", order, order.cancelled, said, ("order", order.id, "cancelled")))
    return items


def refund_item(refund: Refund, *, order: str, who: Who, currency: str) -> Item:
    """One refund of an order, by its own number: it counts once, however often it is told."""
    said = {"order_id": order, "refund_id": refund.id, **_in(currency), **_amounts(refund, "total", "tax")}
    if refund.lines:
        said["products"] = [product(line) for line in refund.lines]
    return {**_whose(who), "type": "track", "event": "Order Refunded", "timestamp": moment(refund.at),
            "properties": said, "messageId": key("refund", order, refund.id)}  # fmt: skip


def cancelled_item(order: str, at: int) -> Item:
    """An order that is gone, of which nothing else is said."""
    return {**_whose(NO_ONE), "type": "track", "event": "Order Cancelled", "timestamp": moment(at),
            "properties": {"order_id": order}, "messageId": key("order", order, "gone")}  # fmt: skip


def customer_items(who: Who, version: int, consents: Iterable[Consent] = ()) -> list[Item]:
    """What a customer's account says: names and addresses, and each consent at its own time."""
    items = _identify(who, version)
    for said in consents if who.known else ():
        consent = {"channel": said.channel, "purpose": "marketing", "state": said.state, "address": said.address,
                   "evidence": said.evidence}  # fmt: skip
        mark = key(
            "consent",
            who.id or who.email or who.phone or who.card,
            said.channel,
            said.state,
            said.address,
            str(said.at),
        )
        items.append({**_whose(who), "type": "identify", "timestamp": moment(said.at), "messageId": mark,
                      "context": {"consents": [consent], **_naming(who)}})  # fmt: skip
    return items


def product_items(found: Product) -> list[Item]:
    """What the catalogue says about a product."""
    said = product(found.line)
    del said["quantity"]
    said |= _in(found.currency)
    if found.stock is not None:
        said["stock"] = plain(Decimal(found.stock))
    if found.available is not None:
        said["available"] = found.available
    mark = key("product", found.line.product_id or found.line.sku, str(found.version), digest(said))
    return [{**_whose(NO_ONE), "type": "track", "event": "Product Updated", "timestamp": moment(found.version),
             "properties": said, "messageId": mark}]  # fmt: skip


def wanted_item(object: str, id: str, version: str, at: int) -> Item:
    """An object that a delivery only named: it is to be fetched (wanting.py)."""
    return {**_whose(NO_ONE), "type": "track", "event": WANTED, "timestamp": moment(at),
            "properties": {"object": object, "key": id}, "messageId": key("wanted", object, id, version)}  # fmt: skip


WANTED = "Object Wanted"


def _track(name: str, order: Order, at: int, said: dict[str, Any], parts: Sequence[str]) -> Item:
    return {**_whose(order.who), "type": "track", "event": name, "timestamp": moment(at), "properties": said,
            "messageId": key(*parts)}  # fmt: skip


def _whose(who: Who) -> Item:
    """userId for an account; guests are known by e-mail or phone; else nobody."""
    if not who.known:
        return {"anonymousId": NOBODY}
    naming = _naming(who)
    return {**({"userId": who.id} if who.id else {}), **({"context": naming} if naming else {})}


def _naming(who: Who) -> dict[str, Any]:
    named = (("email", who.email), ("phone", who.phone), ("loyalty_card", who.card))
    said = {name: value for name, value in named if value}
    return {"traits": said} if said else {}


def _identify(who: Who, at: int) -> list[Item]:
    """Names and addresses; the same words of the same account are said once."""
    traits = {**who.traits, **_naming(who).get("traits", {})}
    if not who.known or not traits:
        return []
    mark = key("who", who.id, str(at), digest(traits))
    return [{**_whose(who), "type": "identify", "traits": traits, "timestamp": moment(at), "messageId": mark}]


def _in(currency: str) -> dict[str, str]:
    """The currency; what does not say counts in the business's."""
    return {"currency": currency} if currency else {}


def _facts(order: Order) -> dict[str, Any]:
    said: dict[str, Any] = {"order_id": order.id, **_in(order.currency)}
    said |= _amounts(order, "total", "tax", "shipping", "discount")
    said |= {name: value for name, value in (("affiliation", order.store), ("coupon", order.coupon),
                                             ("order_name", order.name)) if value}  # fmt: skip
    if order.lines is not None:
        said["products"] = [product(line) for line in order.lines]
    return said


def product(line: Line) -> dict[str, Any]:
    """A line as the vocabulary has it."""
    texts = ("product_id", "sku", "name", "variant", "category", "brand", "image_url", "url")
    said: dict[str, Any] = {name: value for name in texts if (value := getattr(line, name))}
    said |= {"quantity": plain(Decimal(line.quantity)), **_amounts(line, "price", "total")}
    if line.charge:
        said["kind"] = "charge"
    return said


def _amounts(thing: Any, *names: str) -> dict[str, Any]:
    return {name: plain(value) for name in names if (value := getattr(thing, name)) is not None}


def plain(number: Decimal) -> int | float:
    """As JSON has it. A float prints the digits it was made from."""
    whole = int(number)
    return whole if whole == number else float(number)


def key(*parts: str) -> str:
    """A message id: the same parts, the same id, for ever."""
    return "hook-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:48]


def digest(said: Any) -> str:
    """Of the content alone, whatever the order in which fields stand."""
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()[:32]


def moment(us: int) -> int | str:
    """A time as ingestion reads it."""
    return us if us >= ISO_BEFORE else from_us(us).isoformat()


def time_of(value: Any, what: str = "The time") -> int:
    """Microseconds of an ISO 8601 text (without a zone: UTC) or of seconds since 1970. Raises Unreadable."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value * 1_000_000)
        found = datetime.fromisoformat(value.strip())
        return to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise Unreadable(f"{what} is {str(value)[:40]!r}, which is no date and time.") from None


def amount(value: Any, what: str = "The amount") -> Decimal | None:
    """A decimal amount as JSON has it, text or number; None when there is none. Raises Unreadable."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or isinstance(value, bool):
        raise Unreadable(f"{what} is {str(value)[:40]!r}, which is no number.")
    return found


def of_minor(value: Any, currency: str, what: str = "The amount") -> Decimal | None:
    """An amount said in the currency's smallest unit: 1250 of EUR is 12.50, of JPY 1250."""
    found = amount(value, what)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise Unreadable(f"{what} is {value!r}: it must be a whole number of the smallest unit.")
    return to_major(int(found), currency)


def text(value: Any) -> str:
    """A text or number as text; "" for anything else."""
    if isinstance(value, str):
        return value.strip().replace("\x00", "")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; [] when it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def part(value: Any, *names: str) -> dict[str, Any]:
    """An object inside an object; {} when it is not there."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def traits(**said: Any) -> dict[str, Any]:
    """What was said of somebody, without what was not."""
    return {name: value for name, given in said.items() if (value := text(given))}
