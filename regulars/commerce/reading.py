"""What an e-commerce event says, made clean: numbers are numbers, texts are texts, products are products.

Amounts stay in major units here, as said; they become minor units when the currency is settled (folding.py).
The vocabulary is the e-commerce specification, version 2, of the Segment tracking API.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

Number = int | float | Decimal

AMOUNTS = ("total", "revenue", "subtotal", "value", "tax", "shipping", "discount")
_MOST = 10**13
_PLAIN = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})")


class Unreadable(ValueError):
    """Why something in an event cannot be understood, as a sentence."""


@dataclass(slots=True)
class Item:
    """A product in an event, as said. `total` is for all pieces; `charge` marks postage and fees."""

    key: str
    sku: str = ""
    name: str = ""
    category: str = ""
    image_url: str = ""
    url: str = ""
    quantity: Number = 1
    price: Number | None = None
    total: Number | None = None
    stock: Number | None = None
    available: bool | None = None
    charge: bool = False


@dataclass(slots=True)
class Said:
    """One event about an order, made clean. `facts` holds only what was said; `problems` what was left out."""

    event_id: int
    node_id: int
    source_id: int
    namespace: str
    name: str
    ts: int
    number: str
    facts: dict[str, Any]
    problems: list[str] = field(default_factory=list)


def order_number(properties: dict[str, Any]) -> str:
    """The number of the order an event speaks of. Raises Unreadable when there is none."""
    for name in ("order_id", "orderId", "order_number"):
        value = properties.get(name)
        if value is not None and value != "":
            return _short(text(value, name), 120, name)
    raise Unreadable("order_id is missing: without it nobody can tell which order this is.")


def order_facts(properties: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Amounts, currency, store, coupon and products of an order event, and what could not be read.

    `revision`, a whole number and an extension of ours, tells which of two statements of one time is the newer.
    Raises Unreadable for a currency that is no currency code: every amount would be a guess.
    """
    facts: dict[str, Any] = {}
    problems: list[str] = []
    code = properties.get("currency")
    if code is not None and code != "":
        facts["currency"] = currency(code)
    for name in AMOUNTS:
        value = properties.get(name)
        if value is not None and value != "":
            _try(problems, facts, name, number, value)
    for name, said in (("store", "affiliation"), ("store", "store"), ("coupon", "coupon")):
        value = properties.get(said)
        if value is not None and value != "" and name not in facts:
            _try(problems, facts, name, text, value, said)
    if type(properties.get("revision")) is int:
        facts["revision"] = properties["revision"]
    if properties.get("products") is not None:
        items = products(properties["products"], problems)
        if items is not None:
            facts["items"] = items
    return facts, problems


def products(value: Any, problems: list[str]) -> list[Item] | None:
    """The products of a list; what is no product is left out and named in `problems`."""
    if not isinstance(value, list):
        problems.append(f"products is {_kind(value)}: it must be a list of products.")
        return None
    items = []
    for place, each in enumerate(value, 1):
        try:
            items.append(item(each))
        except Unreadable as wrong:
            problems.append(f"Product {place} was left out: {wrong}")
    return items


def item(value: Any) -> Item:
    """One product. Raises Unreadable when it has no name of any kind or a wrong number."""
    if not isinstance(value, dict):
        raise Unreadable(f"it is {_kind(value)}, not a product.")
    get = value.get
    made = Item("")
    for name in ("sku", "name", "category", "image_url", "url"):
        said = get(name)
        if said is not None and said != "":
            setattr(made, name, said.strip() if type(said) is str else text(said, name))
    key = get("product_id")
    made.key = text(key, "product_id") if key is not None and key != "" else made.sku or made.name
    made.key = made.key[:120]
    for name in ("quantity", "price", "total"):
        said = get(name)
        if said is not None and said != "":
            setattr(made, name, said if type(said) is int and -_MOST < said < _MOST else number(said, name))
    _on_the_shelf(made, get("stock"), get("available"))
    made.charge = get("kind") == "charge"
    if not made.key and made.price is None and made.total is None:
        raise Unreadable("it has no product_id, sku, name or price.")
    return made


def _on_the_shelf(made: Item, stock: Any, available: Any) -> None:
    """How many are there, and is it for sale; what is no number and no truth value was not said."""
    if stock is not None and stock != "":
        made.stock = int(number(stock, "stock"))
    if type(available) is bool:
        made.available = available


def currency(value: Any) -> str:
    """An ISO 4217 code in capitals. Raises Unreadable for anything else."""
    code = value.strip().upper() if isinstance(value, str) else ""
    if len(code) != 3 or not code.isalpha() or not code.isascii():
        raise Unreadable(f"currency is {value!r}: it must be a code of three letters such as EUR.")
    return code


def number(value: Any, what: str) -> Number:
    """A number from a number or a text such as "12.50", "1,234.50" or "12,50".

    Raises Unreadable for anything else, also for "1,234", which means two things.
    """
    if (type(value) is float or type(value) is int) and -_MOST < value < _MOST:
        return value
    if isinstance(value, bool):
        raise Unreadable(f"{what} is {_kind(value)}: it must be a number.")
    if isinstance(value, str):
        value = _from_text(value, what)
    elif not isinstance(value, int | float | Decimal):
        raise Unreadable(f"{what} is {_kind(value)}: it must be a number.")
    if not isfinite(value) or abs(value) > _MOST:
        raise Unreadable(f"{what} is {value}: that is too large to be true.")
    return value


def _from_text(value: str, what: str) -> Decimal:
    bare = value.strip().replace("\u00a0", "").replace(" ", "")
    if _PLAIN.fullmatch(bare):
        return Decimal(bare)
    if _COMMA.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    if _THOUSANDS.fullmatch(bare) and (bare.count(",") > 1 or "." in bare):
        return Decimal(bare.replace(",", ""))
    raise Unreadable(f"{what} is {value[:40]!r}: it must be a number such as 1234.50.")


def text(value: Any, what: str) -> str:
    """A text, or the text of a whole number. Raises Unreadable for anything else."""
    if isinstance(value, str):
        return value.strip().replace("\x00", "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    raise Unreadable(f"{what} is {_kind(value)}: it must be a text.")


def _short(value: str, most: int, what: str) -> str:
    if not value:
        raise Unreadable(f"{what} is empty.")
    if len(value) > most:
        raise Unreadable(f"{what} has {len(value)} characters: at most {most} are allowed.")
    return value


def _try(problems: list[str], facts: dict[str, Any], name: str, read, value: Any, said: str = "") -> None:
    try:
        facts[name] = read(value, said or name)
    except Unreadable as wrong:
        problems.append(f"{wrong} It was left out.")


def _kind(value: Any) -> str:
    names = {bool: "true or false", str: "a text", list: "a list", dict: "an object", type(None): "nothing"}
    return names.get(type(value), "a number")
