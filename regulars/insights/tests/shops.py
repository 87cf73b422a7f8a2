"""Shops for tests: orders in the truth, drawn from the models or written down one by one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from regulars.commerce.models import Order
from regulars.core.clock import HOUR
from regulars.insights.calendar import start_of
from regulars.people.models import Node, Person

ZONE = "Europe/London"


def add_person(person_id: int, name: str = "") -> None:
    """A person of one node with the same number."""
    Node.objects.create(
        id=person_id, namespace="web", kind="user", key=f"u{person_id}", person_id=person_id, created_us=0
    )
    Person.objects.create(id=person_id, name=name, first_us=0, last_us=0, created_us=0)


def add_orders(rows: Iterable[tuple[int, int, int]], *, refunded: int = 0) -> None:
    """Orders of (node, local day, minor units)."""
    first = Order.objects.count() + 1
    Order.objects.bulk_create(
        Order(
            id=i,
            namespace="web",
            number=str(i),
            node_id=node,
            source_id=1,
            ts=start_of(day, ZONE) + 12 * HOUR,
            day=day,
            currency="GBP",
            total=total,
            base_total=total,
            base_refunded=refunded,
            updated_us=0,
        )
        for i, (node, day, total) in enumerate(rows, first)
    )


def drawn(*, customers: int, today: int, seed: int = 4, weeks: int = 104) -> list[tuple[int, int, int]]:
    """(person, day, minor units) of a shop drawn from the BG/NBD and the Gamma-Gamma."""
    random = np.random.default_rng(seed)
    rows = []
    for person in range(1, customers + 1):
        at = today - random.integers(1, weeks * 7)
        rate, leave, scale = random.gamma(0.7, 1 / 6), random.beta(0.8, 3), random.gamma(4, 1 / 24)
        while at <= today:
            rows.append((person, int(at), int(random.gamma(6, 1 / scale) * 100) + 100))
            at += max(round(random.exponential(7 / max(rate, 1e-6))), 1)
            if len(rows) > 1 and rows[-2][0] == person and random.random() < leave:
                break
    return rows


def fill(rows: list[tuple[int, int, int]]) -> None:
    """Persons and orders of drawn rows."""
    people = sorted({person for person, _, _ in rows})
    Node.objects.bulk_create(
        Node(id=p, namespace="web", kind="user", key=f"u{p}", person_id=p, created_us=0) for p in people
    )
    Person.objects.bulk_create(
        Person(id=p, name=f"Person Number {p}", first_us=0, last_us=0, created_us=0) for p in people
    )
    add_orders(rows)
