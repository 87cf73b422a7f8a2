"""The REST API, version 3: orders and products by `modified_after`, 50 a page; customers by date of registration.

Customers cannot be asked for by time of change: changes of theirs come with their next order or webhook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from regulars.events.sources.asking import Gone, ask, basic, iso
from regulars.events.sources.canonical import time_of
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.kinds import Page

SIZE = 50
TOPICS = {"orders": "order.updated", "customers": "customer.updated", "products": "product.updated"}


def can_ask(account: Account) -> bool:
    return bool(account.secrets.get("key") and account.secrets.get("api"))


def base(account: Account) -> str:
    """Where the API is."""
    return account.settings["shop"].rstrip("/") + "/wp-json/wc/v3"


def headers(account: Account) -> dict[str, str]:
    return {"Authorization": basic(account.secrets["key"], account.secrets["api"])}


def page(account: Account, stream: str, since: int, until: int, place: Mapping[str, Any]) -> Page:
    """Objects changed in [since, until], and the number of the next page."""
    number = int(place.get("page", 1))
    query: dict[str, Any] = {"per_page": SIZE, "page": number}
    if stream == "customers":
        query |= {"orderby": "registered_date", "order": "desc"}
    else:
        query |= {"orderby": "modified", "order": "asc", "dates_are_gmt": "true", "modified_before": iso(until)}
        query |= {"modified_after": iso(since)} if since else {}
        query |= {"status": "any"} if stream == "orders" else {}
    found = ask(f"{base(account)}/{stream}", headers=headers(account), query=query).json
    wanted = [one for one in found if stream != "customers" or _registered(one) >= since]
    if stream == "orders":
        wanted = [_with_refunds(account, one) for one in wanted]
    more = len(found) == SIZE and len(wanted) == len(found)
    return Page([_delivery(stream, one, until) for one in wanted], {"page": number + 1} if more else None)


def _registered(said: dict[str, Any]) -> int:
    return time_of(said.get("date_created_gmt") or "1970-01-02", "date_created_gmt")


def fetch(account: Account, object: str, key: str, at: int) -> Delivery | None:
    """One order with the lines of its refunds; None when it is gone."""
    try:
        said = ask(f"{base(account)}/orders/{int(key)}", headers=headers(account)).json
    except Gone:
        return None
    return _delivery("orders", _with_refunds(account, said), at)


def _with_refunds(account: Account, order: dict[str, Any]) -> dict[str, Any]:
    if not order.get("refunds"):
        return order
    address = f"{base(account)}/orders/{order['id']}/refunds"
    return {**order, "regulars_refunds": ask(address, headers=headers(account), query={"per_page": 100}).json}


def _delivery(stream: str, said: Any, at: int) -> Delivery:
    return Delivery(msgspec.json.encode(said), {"x-wc-webhook-topic": TOPICS[stream]}, at)
