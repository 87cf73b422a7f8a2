"""The REST Admin API: objects by time of change, oldest first, 100 a page, pages by the Link header.

At most 2 requests a second (40 at once); beyond that 429 with Retry-After. Source: shopify.dev, "REST Admin API rate
limits", "Paginate requests".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from regulars.events.sources.asking import Gone, ask, iso, next_link
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.kinds import Page

VERSION = "2025-07"
TOPICS = {"orders": "orders/updated", "customers": "customers/update", "products": "products/update"}


def can_ask(account: Account) -> bool:
    return bool(account.secrets.get("api"))


def base(account: Account) -> str:
    """Where the API is."""
    home = account.settings.get("api_address") or f"https://{account.settings['shop']}"
    return f"{home}/admin/api/{VERSION}"


def headers(account: Account) -> dict[str, str]:
    return {"X-Shopify-Access-Token": account.secrets["api"]}


def page(account: Account, stream: str, since: int, until: int, place: Mapping[str, Any]) -> Page:
    """Objects changed in [since, until], and where the next page is."""
    if place.get("link"):
        said = ask(place["link"], headers=headers(account))
    else:
        query = {"limit": 100, "updated_at_max": iso(until), "order": "updated_at asc"}
        query |= {"updated_at_min": iso(since)} if since else {}
        query |= {"status": "any"} if stream == "orders" else {}
        said = ask(f"{base(account)}/{stream}.json", headers=headers(account), query=query)
    link = next_link(said.headers)
    objects = [_delivery(stream, one, until) for one in said.json[stream]]
    return Page(objects, {"link": link} if link.startswith(base(account)) else None)


def fetch(account: Account, object: str, key: str, at: int) -> Delivery | None:
    """One order as it stands; None when it is gone."""
    try:
        said = ask(f"{base(account)}/orders/{int(key)}.json", headers=headers(account))
    except Gone:
        return None
    return _delivery("orders", said.json["order"], at)


def _delivery(stream: str, said: Any, at: int) -> Delivery:
    return Delivery(msgspec.json.encode(said), {"x-shopify-topic": TOPICS[stream]}, at)
