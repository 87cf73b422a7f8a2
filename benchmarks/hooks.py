"""Deliveries of a shop, signed and different each, accepted over HTTP while the worker takes them in.

`python -m benchmarks.hooks [--quick]`, on SQLite and, where it is installed, on PostgreSQL. The sender runs on the
same cores; a late answer counts from when its delivery was due.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RATE = 200  # deliveries a second
SECONDS = 5 if "--quick" in sys.argv else 15
CONNECTIONS = 20
SECRET = "app-secret"


def order(n: int) -> bytes:
    """An order as Shopify sends it, about 3 KB."""
    line = {"quantity": 1, "current_quantity": 1, "price": "19.90", "vendor": "Northgate", "product_type": "soccer",
            "discount_allocations": [], "tax_lines": [{"price": "3.32", "rate": 0.2, "title": "VAT"}]}  # fmt: skip
    lines = [line | {"id": n * 10 + k, "product_id": k, "title": f"Product {k}", "sku": f"sku-{k}"} for k in range(6)]
    at = f"2026-09-{n % 28 + 1:02}T10:{n % 60:02}:{n // 60 % 60:02}+00:00"
    whom = {"id": n % 5000, "first_name": "Ann", "last_name": "Lee"}
    said = {"id": 10**12 + n, "name": f"#{n}", "email": f"p{n % 5000}@shop.example.com", "customer": whom,
            "created_at": at, "updated_at": at, "currency": "GBP", "total_price": "119.40", "total_tax": "19.90",
            "line_items": lines, "refunds": [], "note": "x" * 1500}  # fmt: skip
    return json.dumps(said).encode()


def request(token: str, body: bytes) -> bytes:
    """The whole request, signed."""
    signed = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    head = (
        f"POST /webhooks/{token} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-Shopify-Topic: orders/create\r\nX-Shopify-Hmac-Sha256: {signed}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def connect() -> None:
    """A business and a connected shop; prints the token of its address."""
    import django

    django.setup()
    from regulars.core.clock import now_us
    from regulars.core.models import Business
    from regulars.events.sources import connections

    Business.objects.get_or_create(name="Bench", timezone="Europe/London", currency="GBP")
    values = {"shop": "bench", "signing": SECRET}
    print(connections.connect(kind="shopify", name="Shop", values=values, by="system", at=now_us()).token)


def send(port: str, token: str, turn: str) -> None:
    """Keep to the timetable; prints the times from due to answered, in seconds, and how many were not 200."""
    from benchmarks.load import Sender

    first = int(turn) * 10**6
    ready = [request(token, order(first + n)) for n in range(RATE * SECONDS + CONNECTIONS)]
    began = time.monotonic() + 0.3
    every = CONNECTIONS / RATE
    senders = []
    for n in range(CONNECTIONS):
        made = Sender(int(port), [], began + SECONDS, every, began + n / RATE)
        made.choose = iter(ready[n::CONNECTIONS]).__next__  # each once
        senders.append(made)
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    times = sorted(t for one in senders for t in one.times)
    print(json.dumps({"times": times, "errors": sum(one.errors for one in senders)}))


def sent(port: int, token: str, turn: int) -> dict:
    """One turn of sending, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.hooks", "send", str(port), token, str(turn), *sys.argv[1:]]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def measure(home: Path, database: str) -> None:
    """Start a house, connect a shop, send, show."""
    from benchmarks.ingest import House, show

    house = House(home, database)
    token = house.call("-m", "benchmarks.hooks", "connect")
    house.start("web", "worker")
    sent(house.port, token, 1)  # the lanes of the worker load meanwhile
    house.ask("wait")
    found = sent(house.port, token, 2)
    house.stop()
    times = found["times"]
    name = "PostgreSQL" if database else "SQLite"
    show(f"a signed webhook at {RATE}/s, {name}", f"p99 {times[int(len(times) * 0.99)] * 1000:.1f} ms", "100 ms",
         f"p50 {times[len(times) // 2] * 1000:.1f} ms, longest {times[-1] * 1000:.0f} ms,"
         f" {len(times)} sent, {found['errors']} not 200")  # fmt: skip


def commits(home: Path) -> None:
    """Yardstick: rows of the same size into a plain SQLite file, each durable, one after the other."""
    from benchmarks.ingest import show

    found = sqlite3.connect(home / "plain.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        found.execute(f"PRAGMA {pragma}")
    found.execute("CREATE TABLE raw (body BLOB)")
    times = []
    for n in range(400):
        body, began = order(n), time.monotonic()
        found.execute("INSERT INTO raw VALUES (?)", [body])
        times.append(time.monotonic() - began)
    times.sort()
    show("yardstick: one durable commit on this disk", f"p99 {times[395] * 1000:.1f} ms", "",
         f"p50 {times[200] * 1000:.1f} ms")  # fmt: skip


def main() -> None:
    """Both databases."""
    from benchmarks.ingest import fresh
    from tests import cluster

    databases = [""] + ([cluster.start(durable=True)] if cluster.binaries() else [])
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        commits(Path(folder))
        for number, database in enumerate(databases):
            home = Path(folder) / str(number)
            home.mkdir()
            measure(home, fresh(database))


if __name__ == "__main__":
    asked = {"connect": connect, "send": send}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if asked is None:
        main()
    elif asked is send:
        send(*sys.argv[2:5])
    else:
        asked()
