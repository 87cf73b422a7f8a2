"""Events about purchases for tests: stored in the log like any others, and handed to commerce as entries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from regulars.commerce.actions import take_events
from regulars.commerce.models import Customer, Order, OrderLine, OrderNumber, Product, Refund, Unread
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
    take_events(entries, at)


def tables() -> dict[str, list[tuple]]:
    """Everything commerce holds, free of row numbers that depend on arrival."""
    numbers = {id_: number for id_, number in OrderNumber.objects.values_list("id", "number")}
    goods = dict(Product.objects.values_list("id", "key"))
    return {
        "orders": sorted(tuple(o.values()) for o in _without(Order, "id", "store_id", "event_id")),
        "lines": sorted(
            (numbers[line.pop("order_id")], goods.get(line.pop("product_id"), ""), *line.values())
            for line in _without(OrderLine, "id")
        ),
        "refunds": sorted(
            (numbers[back.pop("number_id")], numbers.get(back.pop("order_id"), ""), *back.values())
            for back in _without(Refund, "id")
        ),
        "products": sorted(repr(p) for p in _without(Product, "id")),
        "unread": sorted(repr(u) for u in _without(Unread, "id")),
        "customers": sorted(repr(c) for c in _without(Customer, "top_store_id")),
    }


def _without(model, *names: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k not in names} for row in model.objects.values()]
