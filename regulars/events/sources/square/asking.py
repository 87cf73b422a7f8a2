"""The Square API: payments, orders, refunds, customers and items by time of change, pages by cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from regulars.events.sources.asking import Gone, ask, iso
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.kinds import Page

VERSION = "2025-06-18"
LOCATIONS = 10  # in one search, at most
SIZE = 100


def can_ask(account: Account) -> bool:
    return bool(account.secrets.get("api"))


def call(account: Account, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> dict[str, Any]:
    """One request to the API."""
    home = (account.settings.get("api_address") or "https://connect.squareup.com").rstrip("/")
    headers = {"Authorization": f"Bearer {account.secrets['api']}", "Square-Version": VERSION}
    return ask(f"{home}/v2/{path}", headers=headers, query=query, body=body).json


def page(account: Account, stream: str, since: int, until: int, place: Mapping[str, Any]) -> Page:
    """Objects changed in [since, until], and where the next page is."""
    return PAGES[stream](account, since, until, dict(place))


def fetch(account: Account, object: str, key: str, at: int) -> Delivery | None:
    """An order with who paid it, or a refund with its return order; None when it is gone."""
    try:
        if object == "refund":
            return _refunds(account, [call(account, f"refunds/{key}")["refund"]], at)[0]
        return _order(account, call(account, f"orders/{key}")["order"], at)
    except Gone:
        return None


def _order(account: Account, order: dict[str, Any], at: int) -> Delivery:
    payments = []
    if not order.get("customer_id"):
        ids = [one["payment_id"] for one in order.get("tenders") or [] if one.get("payment_id")]
        payments = [call(account, f"payments/{one}")["payment"] for one in ids[:3]]
    return _bundle("order", at, order=order, payments=payments)


def _bundle(kind: str, at: int, **said: Any) -> Delivery:
    return Delivery(msgspec.json.encode({"type": f"regulars.{kind}", **said}), {}, at)


def _orders_of(account: Account, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    found = call(account, "orders/batch-retrieve", body={"order_ids": wanted}).get("orders") or []
    return {one["id"]: one for one in found}


def _refunds(account: Account, refunds: list[dict[str, Any]], at: int) -> list[Delivery]:
    orders = _orders_of(account, (one.get("order_id", "") for one in refunds))
    sources = {id_: _source(order) for id_, order in orders.items()}
    returned = _orders_of(account, sources.values())
    made = []
    for one in refunds:
        order = orders.get(one.get("order_id", ""), {})
        bought = returned.get(sources.get(one.get("order_id", ""), ""), {})
        customer = order.get("customer_id") or bought.get("customer_id") or ""
        made.append(_bundle("refund", at, refund=one, order=order, customer=customer))
    return made


def _source(order: Mapping[str, Any]) -> str:
    return next((one["source_order_id"] for one in order.get("returns") or [] if one.get("source_order_id")), "")


def _payments_page(account: Account, since: int, until: int, place: dict[str, Any]) -> Page:
    query = _window(since, until, place)
    said = call(account, "payments", query=query)
    paid = [one for one in said.get("payments") or [] if one.get("status") in ("COMPLETED", "APPROVED")]
    orders = _orders_of(account, (one.get("order_id", "") for one in paid))
    by_order: dict[str, list[dict[str, Any]]] = {}
    for one in paid:
        by_order.setdefault(one.get("order_id", ""), []).append(one)
    objects = [_bundle("order", until, order=order, payments=by_order[id_]) for id_, order in orders.items()]
    return Page(objects, _next(said))


def _refunds_page(account: Account, since: int, until: int, place: dict[str, Any]) -> Page:
    said = call(account, "refunds", query=_window(since, until, place))
    return Page(_refunds(account, said.get("refunds") or [], until), _next(said))


def _window(since: int, until: int, place: Mapping[str, Any]) -> dict[str, Any]:
    query = {"updated_at_end_time": iso(until), "sort_field": "UPDATED_AT", "sort_order": "ASC", "limit": SIZE}
    query["updated_at_begin_time"] = iso(since)
    return query | ({"cursor": place["cursor"]} if place.get("cursor") else {})


def _orders_page(account: Account, since: int, until: int, place: dict[str, Any]) -> Page:
    """Ten locations at a time."""
    if "locations" not in place:
        place["locations"] = [one["id"] for one in call(account, "locations").get("locations") or []]
    here, left = place["locations"][:LOCATIONS], place["locations"][LOCATIONS:]
    if not here:
        return Page([], None)
    span = {"start_at": iso(since), "end_at": iso(until)}
    query = {
        "filter": {"date_time_filter": {"updated_at": span}},
        "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
    }
    body = {"location_ids": here, "limit": SIZE, "query": query}
    said = call(account, "orders/search", body=body | ({"cursor": place["cursor"]} if place.get("cursor") else {}))
    objects = [_bundle("order", until, order=one, payments=[]) for one in said.get("orders") or []]
    if said.get("cursor"):
        return Page(objects, {"locations": place["locations"], "cursor": said["cursor"]})
    return Page(objects, {"locations": left} if left else None)


def _customers_page(account: Account, since: int, until: int, place: dict[str, Any]) -> Page:
    span = {"start_at": iso(since), "end_at": iso(until)}
    body = {"limit": SIZE, "query": {"filter": {"updated_at": span}, "sort": {"field": "CREATED_AT", "order": "ASC"}}}
    said = call(account, "customers/search", body=body | ({"cursor": place["cursor"]} if place.get("cursor") else {}))
    made = [
        {"type": "customer.updated", "data": {"object": {"customer": one}}} for one in said.get("customers") or []
    ]
    return Page([Delivery(msgspec.json.encode(one), {}, until) for one in made], _next(said))


def _items_page(account: Account, since: int, until: int, place: dict[str, Any]) -> Page:
    body = {
        "object_types": ["ITEM"],
        "include_related_objects": True,
        "include_deleted_objects": bool(since),
        "limit": SIZE,
    }
    body |= {"begin_time": iso(since)} if since else {}
    body |= {"cursor": place["cursor"]} if place.get("cursor") else {}
    said = call(account, "catalog/search", body=body)
    names = {}
    for one in said.get("related_objects") or []:
        detail = one.get("category_data") or one.get("image_data") or {}
        names[one["id"]] = detail.get("url") or detail.get("name") or ""
    objects = [_bundle("item", until, item=one, related=names) for one in said.get("objects") or []]
    return Page(objects, _next(said))


def _next(said: Mapping[str, Any]) -> dict[str, Any] | None:
    return {"cursor": said["cursor"]} if said.get("cursor") else None


PAGES = {"payments": _payments_page, "orders": _orders_page, "refunds": _refunds_page, "customers": _customers_page,
         "items": _items_page}  # fmt: skip
