"""How fast events come from the truth into the lake, and what one tick, an erasure and opening a snapshot cost.

Yardstick: the same rows written to one Parquet file by pyarrow, without reading or checking anything.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time

DAY = 86_400_000_000


def main() -> None:
    """Fill a truth, copy it, and print events per second."""
    events = 200_000 if "--quick" in sys.argv else 1_000_000
    with tempfile.TemporaryDirectory(prefix="regulars-lake-") as folder:
        os.environ |= {"REGULARS_HOME": f"{folder}/data", "REGULARS_KEYS": f"{folder}/keys.json"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        _declare()
        _fill(events)
        _measure(events)


def _measure(events: int) -> None:
    from regulars.lake import queries, upkeep
    from regulars.lake.actions import copy_once

    assert upkeep  # imported before the clock starts
    began = time.perf_counter()
    at = 0
    while copy_once(at):
        at += 1_000_000
    took = time.perf_counter() - began
    print(f"copied {events:,} events in {took:.2f} s: {events / took:,.0f} events/s (target 200,000)")
    with queries.snapshot() as now:
        table = now.arrow(now.ibis("events"))
    yardstick = _plain_write(table)
    print(f"  yardstick, Arrow to one Parquet file: {events / yardstick:,.0f} events/s")
    _tick(at)
    began = time.perf_counter()
    for _ in range(20):
        with queries.snapshot() as now:
            now.arrow(now.ibis("nodes").limit(1))
    print(f"opening a snapshot and a first answer: {(time.perf_counter() - began) / 20 * 1000:.1f} ms")
    _erase(at)
    import resource

    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _tick(at: int) -> None:
    from regulars.lake.actions import copy_once

    times = []
    for _ in range(10):
        _insert(1_000)
        began = time.perf_counter()
        copy_once(at)
        times.append(time.perf_counter() - began)
    print(f"a tick with 1,000 new events: median {sorted(times)[5] * 1000:.0f} ms, worst {max(times) * 1000:.0f} ms")


def _erase(at: int) -> None:
    from django.db import connection

    from regulars.lake.actions import apply_erasures

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO people_erasednode (node_id, tx, at) VALUES (5, 0, 0)")
    began = time.perf_counter()
    apply_erasures(at)
    print(f"rewriting every file that holds one person: {time.perf_counter() - began:.2f} s")


def _plain_write(table) -> float:
    import pyarrow.parquet as pq

    with tempfile.NamedTemporaryFile(suffix=".parquet") as target:
        began = time.perf_counter()
        pq.write_table(table, target.name, compression="zstd", compression_level=1)
        return time.perf_counter() - began


def _declare() -> None:
    from django.db import connection

    shared = {"revenue": "money", "total": "money", "tax": "money", "shipping": "money", "discount": "money",
              "coupon": "text", "currency": "text", "order_id": "text", "affiliation": "text"}  # fmt: skip
    product = {"product_id": "text", "sku": "text", "category": "text", "name": "text", "brand": "text",
               "variant": "text", "price": "money", "quantity": "number", "url": "text"}  # fmt: skip
    declared = {"Order Completed": shared, "Product Viewed": product, "Product Added": product}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_property")
        cursor.executemany(
            "INSERT INTO events_property (event, name, type, seen, last_us, declared_us, dropped)"
            " VALUES (%s, %s, %s, 0, 0, 1, 0)",
            [(event, name, kind) for event, found in declared.items() for name, kind in found.items()],
        )


def _fill(events: int) -> None:
    for _ in range(events // 50_000):
        _insert(50_000)


_random = random.Random(1)


def _insert(count: int) -> None:
    """Events with the properties shops send, of 20,000 nodes over the last hundred days."""
    from django.db import connection, transaction

    rows = [_event() for _ in range(count)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO events_event (tx, node_id, shard, source_id, message_id, raw_seq, name, ts, received_us,"
            " properties, context) VALUES (0, %s, 0, 1, '', 0, %s, %s, 0, %s, '{}')",
            rows,
        )


def _event() -> tuple[int, str, int, str]:
    pick = _random.random()
    name = (
        "Order Completed"
        if pick < 0.07
        else "Product Viewed"
        if pick < 0.6
        else "Product Added"
        if pick < 0.7
        else "Page"
    )
    number = _random.randrange(5_000)
    order = {"order_id": f"N-{_random.randrange(10**6)}", "revenue": number / 7, "total": number / 6, "tax": 1.5,
             "shipping": 4.9, "currency": "GBP", "affiliation": "Leeds",
             "products": [{"product_id": str(number), "price": 3}] * 3}  # fmt: skip
    product = {"product_id": str(number), "sku": f"S-{number}", "category": "running", "name": f"Shoe {number}",
               "price": number / 9, "quantity": 1, "url": f"https://shop.example/p/{number}"}  # fmt: skip
    properties = order if name == "Order Completed" else product if name != "Page" else {"path": "/", "title": "Home"}
    node = min(int(_random.paretovariate(0.6)), 20_000)
    return node, name, 1_780_000_000_000_000 - _random.randrange(100) * DAY, json.dumps(properties)


if __name__ == "__main__":
    main()
