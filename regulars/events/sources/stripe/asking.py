"""The Stripe API. What webhooks missed stands in its list of events, 30 days back; the past in its other lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from regulars.core.clock import SECOND
from regulars.events.sources.asking import ask
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.kinds import Page
from regulars.events.sources.stripe.reading import READERS

OBJECTS = {"products": "product.updated", "customers": "customer.updated", "charges": "charge.succeeded",
           "refunds": "refund.updated"}  # fmt: skip


def can_ask(account: Account) -> bool:
    return bool(account.secrets.get("api"))


def home(account: Account) -> str:
    return (account.settings.get("api_address") or "https://api.stripe.com") + "/v1"


def headers(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.secrets['api']}"}


def page(account: Account, stream: str, since: int, until: int, place: Mapping[str, Any]) -> Page:
    """Events or objects created in [since, until], newest first, and after which one the next page begins."""
    query: list[tuple[str, Any]] = [("limit", 100), ("created[lte]", until // SECOND)]
    query += [("created[gte]", since // SECOND)] if since else []
    query += [("starting_after", place["after"])] if place.get("after") else []
    if stream == "events":
        query += [("types[]", name) for name in READERS]
    elif stream == "products":
        query.append(("expand[]", "data.default_price"))
    said = ask(f"{home(account)}/{stream}", headers=headers(account), query=query).json
    found = said.get("data") or []
    objects = [_delivery(one if stream == "events" else _as_event(stream, one), until) for one in found]
    return Page(objects, {"after": found[-1]["id"]} if said.get("has_more") and found else None)


def _as_event(stream: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": OBJECTS[stream], "created": said.get("updated") or said["created"], "data": {"object": said}}


def _delivery(said: Any, at: int) -> Delivery:
    return Delivery(msgspec.json.encode(said), {}, at)
