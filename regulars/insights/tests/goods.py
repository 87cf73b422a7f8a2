"""A small shop with products for tests: orders with lines, written down one by one or drawn."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from regulars.commerce.models import Order, OrderLine, Product
from regulars.core.clock import HOUR
from regulars.insights.calendar import start_of
from regulars.insights.tests.shops import ZONE


def add_products(names: dict[str, str], **more) -> dict[str, int]:
    """{name: id} of products by name and category."""
    for name, category in names.items():
        Product.objects.create(key=name, name=name, category=category, price=1000, currency="GBP", seen_us=1, **more)
    return dict(Product.objects.values_list("name", "id"))


def buy(rows: Iterable[tuple[int, int, int]], *, returned: float = 0) -> None:
    """An order with one line for each (node, local day, product)."""
    first = Order.objects.count() + 1
    orders, lines = [], []
    category = dict(Product.objects.values_list("id", "category"))
    for i, (node, day, product) in enumerate(rows, first):
        ts = start_of(day, ZONE) + 12 * HOUR
        shared = {"node_id": node, "ts": ts, "total": 1000, "base_total": 1000}
        orders.append(
            Order(
                id=i,
                namespace="web",
                number=str(i),
                source_id=1,
                day=day,
                currency="GBP",
                base_refunded=0,
                updated_us=0,
                **shared,
            )
        )
        lines.append(
            OrderLine(
                order_id=i,
                position=0,
                product_id=product,
                category=category[product],
                price=1000,
                returned=returned,
                **shared,
            )
        )
    Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(lines)


def tastes(*, people: int, products: int, today: int, days: int = 200, seed: int = 3) -> list[tuple[int, int, int]]:
    """(person, day, product 0..) of people of two tastes: each buys of one half of the range, most of it again."""
    random = np.random.default_rng(seed)
    rows = []
    half = products // 2
    for person in range(1, people + 1):
        mine = random.choice(half, 4, replace=False) + half * (person % 2)
        for day in np.sort(random.integers(today - days, today, 12)):
            rows.append((person, int(day), int(random.choice(mine))))
    return rows
