"""Run by test_killed.py in a process of its own, and killed there: deliver, take in, reconcile; then report."""

from __future__ import annotations

import io
import json
import os
import sys

import django

django.setup()
os.environ["REGULARS_PRIVATE_OUTSIDE"] = "1"

from regulars.core.clock import MINUTE, SECOND, now_us  # noqa: E402
from regulars.events import consumers, ingest, redactions  # noqa: E402
from regulars.events.models import Event, Source  # noqa: E402
from regulars.events.sources import connections, door, reconciling  # noqa: E402
from regulars.events.sources.models import Connection, Wanted  # noqa: E402
from tests.sources import apis, senders  # noqa: E402

BEGAN = 1_790_000_000 * SECOND
ORDERS = 6


def order(n: int, version: int = 0) -> dict:
    return senders.shopify_order(BEGAN, id=100 + n, version=BEGAN + version * MINUTE, email=f"p{n}@example.com")


def shop() -> Connection:
    found = Source.objects.filter(name="Shop").first()
    if found:
        return Connection.objects.get(source_id=found.id)
    values = {"shop": "northgate", "signing": "app-secret", "api": "t"}
    return connections.connect(kind="shopify", name="Shop", values=values, by="system", at=BEGAN)


def post(row: Connection, body: bytes, headers: dict[str, str]) -> bool:
    """Through the whole door."""
    status: list[str] = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/webhooks/{row.token}", "CONTENT_LENGTH": str(len(body)),
               "wsgi.input": io.BytesIO(body)}  # fmt: skip
    environ |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    list(door.application(environ, lambda line, _: status.append(line)))
    return status == ["200 OK"]


def drain() -> None:
    while ingest.step(now_us()) | consumers.step(now_us()) | redactions.carry_out(now=True):
        pass


def work() -> None:
    """Prints the number of an order as soon as its delivery was answered with success. The last order is never
    delivered: reconciling finds it. One delivery only names its order, which is fetched."""
    row = shop()
    for n in range(ORDERS - 1):
        if post(row, *senders.shopify(order(n), "orders/create")) and post(
            row, *senders.shopify(order(n, 1), "orders/updated")
        ):
            print(n, flush=True)
    named = {"id": 9, "order_id": 100, "created_at": senders.iso(BEGAN)}
    post(row, *senders.shopify(named, "refunds/create"))
    drain()
    state = {"orders": [order(n, 1) for n in range(ORDERS)], "customers": [], "products": []}
    with apis.served(apis.shopify(state, lambda: api.address)) as api:
        row = shop()
        row.settings = row.settings | {"api_address": api.address}
        row.places = {**row.places, **dict.fromkeys(("customers", "products", "orders"), BEGAN)}
        row.retry_us = 0
        row.save()
        reconciling.begin(row, now_us())
        while reconciling.advance(row.id, now_us()):
            pass
    drain()


def recover() -> None:
    """Start after a kill: what is stored now, then after everything was delivered and asked for again."""
    drain()
    report()
    work()
    report()


def report() -> None:
    found = sorted(json.loads(text)["order_id"] for text in _said("Order Completed"))
    print("report", json.dumps({
        "orders": found, "updates": len(_said("Order Updated")), "wanted": Wanted.objects.count(),
    }))  # fmt: skip


def _said(name: str) -> list[str]:
    return list(Event.objects.filter(name=name).values_list("properties", flat=True))


if __name__ == "__main__":
    {"work": work, "recover": recover}[sys.argv[1]]()
