"""Products as events speak of them: per detail the latest word counts, by event time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from regulars.commerce.folding import minor
from regulars.commerce.models import Product
from regulars.commerce.reading import Item, Said, Unreadable, currency, item, products
from regulars.core import bulk
from regulars.core.models import Business
from regulars.core.money import exponent

ONE = frozenset(["Product Viewed", "Product Added", "Product Removed", "Product Clicked", "Product Updated"])
SEVERAL = frozenset(["Product List Viewed", "Cart Viewed", "Checkout Started"])
TEXTS = {"sku": 120, "name": 255, "category": 120, "image_url": 500, "url": 500}
SHELF = ("stock", "available")
DETAILS = (*TEXTS, *SHELF, "price")
# when equal times tell different things, the larger text or number wins: any fixed rule will do
_COLLATE = 'COLLATE "C"'

Seen = dict[str, dict[str, tuple[int, Any, str]]]


def seen_in(entries: Iterable[Any], said: Iterable[Said], unread: list[tuple[Any, ...]]) -> Seen:
    """{product key: {detail: (event time, value, currency)}} from product and order events."""
    seen: Seen = {}
    base = Business.load().currency
    for each in said:
        for good in each.facts.get("items", ()):
            _see(seen, good, each.ts, each.facts.get("currency") or base)
    for entry in entries:
        if entry.name in ONE or entry.name in SEVERAL:
            _see_event(seen, entry, base, unread)
    return seen


def add_missing(seen: Seen) -> tuple[dict[str, int], Seen]:
    """Rows for products nobody spoke of before, so that lines can name them: the ids of all, and those that are left
    to note."""
    known = ids_of(seen)
    new = {key: details for key, details in seen.items() if key not in known}
    note(new)
    return known | ids_of(new), {key: details for key, details in seen.items() if key in known}


def note(seen: Seen) -> None:
    """Store what was seen; older words never replace newer ones."""
    columns = ("key", "seen_us", "currency", *DETAILS, *(f"{d}_us" for d in DETAILS))
    bulk.insert(Product, columns, [_row(key, seen[key]) for key in sorted(seen)], conflict=_conflict())


def latest(several: Iterable[Seen]) -> Seen:
    """What was seen at several times as one: per detail the latest word."""
    found: Seen = {}
    for seen in several:
        for key, details in seen.items():
            known = found.setdefault(key, details)
            if known is not details:
                for name, told in details.items():
                    if name not in known or told > known[name]:
                        known[name] = told
    return found


def ids_of(keys: Iterable[str]) -> dict[str, int]:
    """{product key: id}."""
    keys = list(keys)
    if not keys:
        return {}
    table, params = bulk.table({"key": "text"}, [(key,) for key in keys])
    return dict(bulk.query(f"SELECT p.key, p.id FROM commerce_product p JOIN {table} ON v.key = p.key", params))


def _see_event(seen: Seen, entry: Any, base: str, unread: list[tuple[Any, ...]]) -> None:
    problems: list[str] = []
    whole = True
    try:
        code = entry.properties.get("currency")
        code = currency(code) if code else base
        if entry.name in ONE:
            goods = [item(entry.properties)]
            if not goods[0].key:
                raise Unreadable("the event has no product_id, sku or name: nobody can tell which product it means.")
        else:
            whole = False
            goods = products(entry.properties.get("products") or [], problems) or []
        for good in goods:
            _see(seen, good, entry.ts, code)
    except Unreadable as wrong:
        problems.append(str(wrong))
    for place, problem in enumerate(problems, 0 if whole else 1):
        row = (entry.id, place, entry.node_id, entry.source_id, entry.ts, entry.name, whole, problem)
        unread.append(row)


def _see(seen: Seen, good: Item, ts: int, code: str) -> None:
    if good.charge or not good.key:
        return
    details = seen.get(good.key)
    if details is None:
        details = seen[good.key] = {"seen": (ts, "", "")}
    elif ts > details["seen"][0]:
        details["seen"] = (ts, "", "")
    for name, most in TEXTS.items():
        value = getattr(good, name)
        if value:
            told = (ts, value[:most], "")
            if name not in details or told > details[name]:
                details[name] = told
    for name in SHELF:
        value = getattr(good, name)
        if value is not None:
            told = (ts, value, "")
            if name not in details or told > details[name]:
                details[name] = told
    if good.price is not None:
        told = (ts, minor(good.price, exponent(code)), code)
        if "price" not in details or told > details["price"]:
            details["price"] = told


def _row(key: str, details: dict[str, tuple[int, Any, str]]) -> Sequence[Any]:
    told = [details.get(name) or (0, "" if name in TEXTS else None, "") for name in DETAILS]
    return (key, details["seen"][0], told[-1][2], *(value for _, value, _ in told), *(ts for ts, _, _ in told))


def _conflict() -> str:
    """Each detail with its time: the later one stays, whatever the order of arrival."""
    c = _COLLATE if connection.vendor == "postgresql" else ""
    p = "commerce_product"
    later = {name: f"(excluded.{name}_us, excluded.{name} {c}) > ({p}.{name}_us, {p}.{name} {c})" for name in TEXTS}
    for name, least in zip(SHELF, ("-1", "false"), strict=True):
        new, old = (f"({row}.{name}_us, coalesce({row}.{name}, {least}))" for row in ("excluded", p))
        later[name] = f"{new} > {old}"
    later["price"] = later["currency"] = (
        f"(excluded.price_us, coalesce(excluded.price, -1), excluded.currency {c})"
        f" > ({p}.price_us, coalesce({p}.price, -1), {p}.currency {c})"
    )
    sets = [f"{n} = CASE WHEN {test} THEN excluded.{n} ELSE {p}.{n} END" for n, test in later.items()]
    most = "greatest" if c else "max"
    sets += [f"{n}_us = {most}(excluded.{n}_us, {p}.{n}_us)" for n in ("seen", *DETAILS)]
    return f"(key) DO UPDATE SET {', '.join(sets)}"
