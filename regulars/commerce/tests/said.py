"""Events about purchases for tests: stored in the log like any others, and handed to commerce as entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from regulars.commerce.actions import take_events
from regulars.commerce.actions.products import note
from regulars.commerce.models import Customer, Order, OrderLine, OrderNumber, Product, Refund, Store, Unread
from regulars.core.clock import DAY
from regulars.events.models import Event
from regulars.people.models import Node

START = 1_600_000_000_000_000  # 2020-09-13 12:26:40 UTC


@dataclass
class Entry:
    """What a consumer of the event log gets."""

    id: int
    tx: int
    node_id: int
    source_id: int
    namespace: str
    name: str
    ts: int
    properties: dict[str, Any]


def a_node(key: str = "alice", person_id: int | None = None) -> int:
    """A node that is a person of its own, or part of another."""
    node = Node.objects.create(
        namespace="shop", kind="user", key=key, created_us=START, first_us=START, last_us=START
    )
    Node.objects.filter(id=node.id).update(person_id=person_id or node.id)
    return node.id


def said(name: str, properties: dict[str, Any], *, node: int = 1, day: float = 0) -> Entry:
    """An event in the log; `day` counts from START."""
    ts = START + int(day * DAY)
    event = Event.objects.create(
        node_id=node, shard=0, source_id=1, message_id="m", name=name, ts=ts, received_us=ts,
        properties=json.dumps(properties),
    )  # fmt: skip
    return Entry(event.id, 0, node, 1, "shop", name, ts, json.loads(json.dumps(properties)))


def bought(number: Any = "A1", total: Any = None, *, node: int = 1, day: float = 0, **more: Any) -> Entry:
    """An Order Completed."""
    amount = {} if total is None else {"total": total}
    return said("Order Completed", {"order_id": number, **amount, **more}, node=node, day=day)


def take(*entries: Entry, at: int = START) -> None:
    """One batch."""
    note(take_events(entries, at))


def tables() -> dict[str, list[str]]:
    """Everything commerce holds, free of row numbers that depend on arrival."""
    nodes = {id_: f"{kind}:{key}" for id_, kind, key in Node.objects.values_list("id", "kind", "key")}
    names = {
        "number_id": dict(OrderNumber.objects.values_list("id", "number")),
        "order_id": dict(OrderNumber.objects.values_list("id", "number")),
        "product_id": dict(Product.objects.values_list("id", "key")),
        "store_id": dict(Store.objects.values_list("id", "name")),
        "top_store_id": dict(Store.objects.values_list("id", "name")),
        "node_id": nodes,
        "person_id": nodes,
    }
    return {
        "orders": _rows(Order, names, "id", "event_id"),
        "lines": _rows(OrderLine, names, "id"),
        "refunds": _rows(Refund, names, "id", "event_id"),
        "products": _rows(Product, names, "id"),
        "unread": _rows(Unread, names, "id"),
        "customers": _rows(Customer, names),
    }


def _rows(model, names: dict[str, dict[int, str]], *left_out: str) -> list[str]:
    shown = [
        {k: names[k].get(v, v) if k in names else v for k, v in row.items() if k not in left_out}
        for row in model.objects.values()
    ]
    return sorted(map(repr, shown))
