"""A lake of any size in a minute or two, without a truth below it: for benchmarks of questions to the lake.

    python -m benchmarks.bulk FOLDER [people] [events] [seed]

Activity is skewed (lognormal), people come and go over 400 days, a tenth of them have a second node. Orders and
customers agree with the events. The same seed gives the same rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

DAY = 86_400_000_000
DAYS = 400
END = 1_790_000_000_000_000  # 2026-09-21 14:13:20 UTC
NAMES = {
    "Product Viewed": 0.44,
    "Page": 0.30,
    "Product Added": 0.11,
    "Order Completed": 0.06,
    "Checkout Started": 0.05,
    "Product Added to Wishlist": 0.02,
    "Coupon Applied": 0.015,
    "Order Refunded": 0.005,
}
CATEGORIES = ["soccer", "running", "tennis", "swimming", "cycling", "hiking", "yoga", "golf", "skiing", "climbing"]
COUPONS = ["WELCOME", "SPRING", "SUMMER", "VIP"]


def write_bulk_lake(folder: Path, people: int = 1_000_000, events: int = 50_000_000, seed: int = 1) -> None:
    """Write a lake of the declared layout: events, nodes, people, orders, customers. Needs Django set up.

    Person ids are 1..people; the second nodes follow. Property columns: those declared now,
    p_revenue, p_category, p_coupon and p_price.
    """
    from regulars.core.plugs import registry
    from regulars.lake.declared import copied, lake_table, layout
    from regulars.lake.writer import Sizes, Writer

    properties = {"p_revenue": "float64", "p_category": "string", "p_coupon": "string", "p_price": "float64"}
    tables = [lake_table(r) for r in copied()]
    seen = next(t for t in tables if t.name == "events")
    seen.columns.update({n: k for n, k in properties.items() if n not in seen.columns})
    writer = Writer(folder, tables, at=END, sizes=Sizes(grace_us=0))
    rng = np.random.default_rng(seed)
    persons = _nodes(rng, people)
    _replace(writer, "nodes", {"node_id": np.arange(1, len(persons) + 1), "person_id": persons})
    bought: list[tuple[np.ndarray, ...]] = []
    for number, chunk in enumerate(_events(rng, persons, events)):
        chunk["id"] = np.arange(1, len(chunk["ts"]) + 1) + number * 1_000_000
        writer.append("events", _fit(writer.tables["events"], chunk))
        orders = chunk["name"].to_numpy(zero_copy_only=False) == "Order Completed"
        bought.append(tuple(chunk[c][orders] for c in ("id", "node_id", "ts", "revenue")))
    if "orders" in registry.replica:
        _purchases(writer, persons, *(np.concatenate(column) for column in zip(*bought, strict=True)))
    places = {t.name: (0, events) for t in tables}
    writer.commit(layout=layout(), offsets=places)


def _nodes(rng: np.random.Generator, people: int) -> np.ndarray:
    """The person of each node: everyone's own, then the second ones."""
    second = np.sort(rng.choice(people, people // 10, replace=False)) + 1
    return np.concatenate([np.arange(1, people + 1), second]).astype(np.int64)


def _events(rng: np.random.Generator, persons: np.ndarray, events: int) -> Iterator[dict]:
    """Columns of a million events at a time, in the order of their time."""
    nodes = len(persons)
    cumulative = np.cumsum(rng.lognormal(0, 1.3, nodes))
    cumulative /= cumulative[-1]
    first = rng.uniform(0, DAYS * 0.9, nodes)
    length = rng.exponential(200, nodes)
    for start in range(0, events, 1_000_000):
        count = min(1_000_000, events - start)
        low, high = start / events * DAYS, (start + count) / events * DAYS
        node = np.searchsorted(cumulative, rng.random(count))
        day = np.sort(rng.uniform(low, high, count))
        absent = (day < first[node]) | (day > first[node] + length[node])
        node[absent] = np.searchsorted(cumulative, rng.random(absent.sum()))
        name = rng.choice(len(NAMES), count, p=list(NAMES.values()))
        yield _columns(rng, node + 1, END - DAYS * DAY + (day * DAY).astype(np.int64), name)


def _columns(rng: np.random.Generator, node: np.ndarray, ts: np.ndarray, name: np.ndarray) -> dict:
    count, names = len(node), list(NAMES)
    bought = np.isin(name, [names.index("Order Completed"), names.index("Order Refunded")])
    product = np.isin(name, [names.index("Product Viewed"), names.index("Product Added")])
    price = np.round(rng.lognormal(3.4, 0.7, count), 2)
    text = pa.array(names).take(pa.array(name))
    category = pa.array(CATEGORIES).take(pa.array(rng.integers(0, len(CATEGORIES), count), mask=~product))
    coupon = pa.array(COUPONS).take(pa.array(rng.integers(0, 4, count), mask=~bought | (rng.random(count) < 0.8)))
    return {
        "node_id": node.astype(np.int64),
        "ts": ts,
        "name": text,
        "source_id": np.ones(count, np.int64),
        "p_revenue": pa.array(price, mask=~bought),
        "p_price": pa.array(price, mask=~product),
        "p_category": category,
        "p_coupon": coupon,
        "revenue": price,
    }


def _purchases(writer, persons: np.ndarray, ids: np.ndarray, nodes: np.ndarray, ts: np.ndarray, revenue) -> None:
    """Orders, and per customer how many, how much, first and last."""
    total = (revenue * 100).astype(np.int64)
    order = {"id": ids, "node_id": nodes, "ts": ts, "total": total, "base_total": total, "event_id": ids}
    zero = np.zeros(len(ids), np.int64)
    fixed = {"refunded": zero, "base_refunded": zero, "tax": zero, "shipping": zero, "discount": zero}
    _replace(writer, "orders", {**order, **fixed, "currency": pa.array(["GBP"]).take(pa.array(zero))})
    person = persons[nodes - 1]
    by_person = np.argsort(person, kind="stable")
    who, start, count = np.unique(person[by_person], return_index=True, return_counts=True)
    customers = {
        "person_id": who,
        "orders": count,
        "days": np.add.reduceat(np.ones(len(by_person)), start).astype(np.int64),
        "spent": np.add.reduceat(total[by_person], start),
        "refunded": np.zeros(len(who), np.int64),
        "first_us": np.minimum.reduceat(ts[by_person], start),
        "last_us": np.maximum.reduceat(ts[by_person], start),
    }
    _replace(writer, "customers", customers)
    everyone = np.unique(persons)
    far = {"first_us": np.full(len(everyone), END - DAYS * DAY), "last_us": np.full(len(everyone), END)}
    _replace(writer, "people", {"person_id": everyone, "nodes": np.ones(len(everyone), np.int64), **far})


def _replace(writer, name: str, columns: dict) -> None:
    """Fill a keyed table and fold it into its base at once."""
    from regulars.lake.compaction import compact

    table = writer.tables[name]
    rows = _fit(table, columns)
    writer.replace_subjects(name, np.unique(rows[table.subject].to_numpy()), rows)
    while compact(writer):
        pass


def _fit(table, columns: dict) -> pa.Table:
    """The table's columns, null where nothing is given."""
    schema = table.schema()
    length = len(columns[table.order[0]])
    return pa.table([_column(columns.get(f.name), f.type, length) for f in schema], schema=schema)


def _column(given, type_: pa.DataType, length: int) -> pa.Array:
    if given is None:
        return pa.nulls(length, type_)
    return pa.array(given).cast(type_) if not isinstance(given, pa.Array | pa.ChunkedArray) else given.cast(type_)


def main() -> None:
    """Write one and say how long it took."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    django.setup()
    numbers = [int(float(word)) for word in sys.argv[2:]]
    began = time.perf_counter()
    write_bulk_lake(Path(sys.argv[1]), *numbers)
    print(f"written in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
