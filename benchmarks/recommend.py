"""Fit, measure, score and write recommendations for 50,000 customers and 4,000 products, beside bare NumPy.

`python -m benchmarks.recommend [--quick]`, on SQLite; with DATABASE_URL on that (empty) database. The yardstick is
the least that any such method must do: one inverse of a matrix of the products, and one dense product with the
purchases, without lists, rules, reasons, choosing of settings, or a database.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time

TARGET_SECONDS = 30


def drawn(customers: int, products: int, seed: int = 1):
    """(person, product, day) of people with tastes: 40 lines each on average, over two years."""
    import numpy as np

    random = np.random.default_rng(seed)
    popular = 1 / np.arange(1, products + 1) ** 0.7
    group = random.integers(0, 40, products)
    many = random.geometric(1 / 40, customers)
    person = np.repeat(np.arange(1, customers + 1), many)
    product = np.empty(len(person), np.int64)
    mine = random.integers(0, 40, (customers, 3))[person - 1, random.integers(0, 3, len(person))]
    for one in range(40):
        shelf, here = np.flatnonzero(group == one), np.flatnonzero(mine == one)
        product[here] = random.choice(shelf, len(here), p=popular[shelf] / popular[shelf].sum())
    return person, product, 20_000 + random.integers(0, 730, len(person))


def store(person, product, day, products: int) -> None:
    """The shop in the truth, quickly."""
    from django.db import transaction

    from regulars.commerce.models import Order, OrderLine, Product
    from regulars.core import bulk
    from regulars.core.clock import DAY
    from regulars.core.models import Business
    from regulars.people.models import Node

    Business.objects.create(name="Bench", timezone="UTC", currency="GBP")
    with transaction.atomic():
        Product.objects.bulk_create(
            [
                Product(id=i, key=f"p{i}", name=f"Product {i}", category=f"c{i % 40}", seen_us=1)
                for i in range(1, products + 1)
            ]
        )
        people = range(1, int(person.max()) + 1)
        Node.objects.bulk_create(
            [Node(id=p, namespace="w", kind="user", key=f"u{p}", person_id=p, created_us=0) for p in people],
            batch_size=10_000,
        )
        rows = list(enumerate(zip(person.tolist(), (product + 1).tolist(), day.tolist(), strict=True), 1))
        head = ("id", "namespace", "number", "node_id", "source_id", "ts", "day", "currency", "total", "updated_us")
        more = ("tax", "shipping", "discount", "refunded", "rate_on", "items", "coupon", "event_id")
        fixed = (0, 0, 0, 0, "", 1, "", 0)
        bulk.insert(
            Order,
            (*head, *more),
            [(i, "w", str(i), p, 1, d * DAY, d, "GBP", 100, 0, *fixed) for i, (p, _, d) in rows],
        )
        lines = (
            "order_id",
            "position",
            "node_id",
            "ts",
            "product_id",
            "category",
            "quantity",
            "price",
            "total",
            "returned",
        )
        bulk.insert(OrderLine, lines, [(i, 0, p, d * DAY, g, f"c{g % 40}", 1, 100, 100, 0) for i, (p, g, d) in rows])


def bare(baskets) -> float:
    """Seconds of an inverse and a dense product, float32."""
    import numpy as np

    bought = baskets.matrix()
    began = time.perf_counter()
    gram = (bought.T @ bought).toarray()
    gram[np.diag_indices_from(gram)] += 200
    weights = np.linalg.inv(gram)
    for start in range(0, bought.shape[0], 1_000):
        bought[start : start + 1_000].toarray() @ weights
    return time.perf_counter() - began


def main() -> None:
    """Print seconds by step; a fifth of the customers with `--quick`."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="10,000 customers, 1,000 products")
    quick = options.parse_args().quick
    customers, products = (10_000, 1_000) if quick else (50_000, 4_000)
    os.environ["REGULARS_HOME"] = tempfile.mkdtemp(prefix="regulars-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    person, product, day = drawn(customers, products)
    store(person, product, day, products)
    _run(customers, products)


def _run(customers: int, products: int) -> None:
    from regulars.commerce.models import Recommendation
    from regulars.core.clock import DAY
    from regulars.insights import shelf
    from regulars.insights.actions import advise
    from regulars.insights.recommending import choosing, lists, scoring

    laps, at, today = {}, 20_730 * DAY, 20_730
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        now = time.perf_counter()
        laps[name], began = now - began, now

    sales = shelf.everything(until_day=today)
    baskets = sales.baskets
    lap("read the lines")
    choice, measured = choosing.measure(baskets, day=today + 1, length=10)
    lap("choose settings, measure on held-out weeks")
    model = scoring.learn(baskets, day=today + 1, settings=choice.settings)
    lap("fit")
    rules = shelf.rules_for(sales, baskets, shelf.shelf(baskets), day=today + 1)
    for _ in lists.lists(model, rules, range_of(baskets), length=10):
        pass
    lap("score everybody, rules and reasons")
    advise(at=at)
    lap("the whole night, all of it again and written")
    bottom = bare(baskets)
    print(f"## Recommendations: {customers:,} customers, {products:,} products, {len(baskets.day):,} purchases\n")
    print("| step | s |\n|---|---|")
    for name, took in [*laps.items(), ("bare NumPy: inverse and dense product only", bottom)]:
        print(f"| {name} | {took:.1f} |")
    hit, beside = measured[0].hit.value, measured[1].hit.value
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{Recommendation.objects.count():,} rows; hit rate {hit:.3f}, bestsellers {beside:.3f}; {memory:.0f} MB")
    for name, took in (
        ("fit and score", laps["fit"] + laps["score everybody, rules and reasons"]),
        ("the whole night", laps["the whole night, all of it again and written"]),
    ):
        print(f"Target: {name} in {TARGET_SECONDS} s: {took:.1f} s, {'met' if took < TARGET_SECONDS else 'NOT met'}.")


def range_of(baskets):
    """The places of everybody."""
    import numpy as np

    return np.arange(len(baskets.people))


if __name__ == "__main__":
    main()
