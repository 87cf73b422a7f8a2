"""A shop with a programme for tests: people who buy and bring back, through commerce as in life."""

from __future__ import annotations

from typing import Any

from regulars.commerce.tests.said import said, take
from regulars.core.clock import DAY
from regulars.loyalty.actions.claiming import count_due
from regulars.loyalty.actions.programmes import count_everybody, create_programme
from regulars.loyalty.ledger import Have, balance
from regulars.loyalty.models import Earned, Programme, Standing
from regulars.people.actions import Sighting, record_sightings

NOW = 1_790_000_000_000_000  # 2026-09-21 14:13:20 UTC
PER_POUND = {"key": "every", "kind": "amount", "points": 1, "per": 100}
TIERS = {
    "levels": [
        {"key": "silver", "name": "Silver", "least": 10_000, "factor": 1.5},
        {"key": "gold", "name": "Gold", "least": 50_000, "factor": 2},
    ]
}


def someone(key: str = "alice", *, at: int = NOW - 400 * DAY, **traits: Any) -> int:
    """A person with one account; their node."""
    seen = Sighting("shop", (("user", key),), (), traits, (), at)
    return record_sightings(sightings=[seen], source_id=1, at=at)[0]


def begin(
    *rules: dict[str, Any], days_ago: int = 365, at: int = NOW, tiers: dict | None = None, **more: Any
) -> Programme:
    """A programme that began so many days ago."""
    book = {"rules": list(rules or (PER_POUND,)), "tiers": tiers} | more.pop("book", {})
    return create_programme(name="Club", rules=book, starts_us=at - days_ago * DAY, by="user:1", at=at, **more)


def buys(node: int, number: str, *lines: tuple[str, float, int], at: int = NOW, **more: Any) -> None:
    """An order of lines (category, price, quantity)."""
    goods = [
        {"product_id": f"p-{name}", "name": name, "category": name, "price": price, "quantity": n}
        for name, price, n in lines
    ]
    total = more.pop("total", sum(price * n for _, price, n in lines))
    _happen("Order Completed", node, at, order_id=number, total=total, products=goods, **more)


def brings_back(node: int, number: str, *lines: tuple[str, float, int], at: int = NOW, **more: Any) -> None:
    """A return of pieces; without lines, of everything."""
    goods = [{"product_id": f"p-{name}", "price": price, "quantity": n} for name, price, n in lines]
    _happen("Order Refunded", node, at, order_id=number, **({"products": goods} if goods else {}), **more)


def cancels(node: int, number: str, *, at: int = NOW) -> None:
    _happen("Order Cancelled", node, at, order_id=number)


def _happen(name: str, node: int, at: int, **properties: Any) -> None:
    from regulars.commerce.tests.said import START

    take(said(name, properties, node=node, day=(at - START) / DAY), at=at)


def settle(at: int = NOW) -> None:
    """Everybody who is due is counted."""
    for _ in range(200):
        if not count_due(at):
            return
    raise AssertionError("it never ends")


def all_again(programme: Programme, at: int = NOW) -> None:
    """Everybody is counted anew."""
    count_everybody(programme_id=programme.id)
    settle(at)


def has(programme: Programme, person: int, at: int = NOW) -> Have:
    return balance(programme_id=programme.id, person_id=person, at=at)


def tier(person: int) -> str:
    return Standing.objects.get(person_id=person).tier


def earned() -> dict[tuple[str, str], int]:
    """{(what, rule): points} of everybody, without what is 0."""
    return {(e.what, e.rule): e.points for e in Earned.objects.filter(points__gt=0)}
