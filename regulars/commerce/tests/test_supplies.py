"""What commerce brings into messages."""

from __future__ import annotations

from regulars.commerce.supplies import bought, popular
from regulars.commerce.tests.said import START, a_node, take
from regulars.commerce.tests.said import bought as purchase
from regulars.core.clock import DAY


def line(name, quantity=1, price=20):
    return {"product_id": name, "name": name, "price": price, "quantity": quantity, "currency": "EUR",
            "url": f"https://shop.example/{name}"}  # fmt: skip


def names(products):
    return [one["name"] for one in products]


def test_popular_is_what_sold_most_in_28_days(business):
    node = a_node()
    take(
        purchase("1", node=node, day=0, products=[line("old", 50)], currency="EUR"),
        purchase("2", node=node, day=30, products=[line("boot", 2), line("ball", 3)], currency="EUR"),
    )
    assert names(popular(at=START + 31 * DAY)) == ["ball", "boot"]
    assert names(popular(at=START + 27 * DAY)) == ["old"]
    assert popular(at=START + 90 * DAY) == []


def test_bought_is_each_persons_own_the_last_first(business):
    a, b, nobody = a_node("a"), a_node("b"), a_node("c")
    take(
        purchase("1", node=a, day=0, products=[line("boot"), line("sock")], currency="EUR"),
        purchase("2", node=a, day=5, products=[line("ball", price=12.5)], currency="EUR"),
        purchase("3", node=b, day=6, products=[line("boot")], currency="EUR"),
    )
    found = bought([a, b, nobody], START + 9 * DAY)
    assert names(found[a])[0] == "ball" and sorted(names(found[a])) == ["ball", "boot", "sock"]
    assert names(found[b]) == ["boot"] and nobody not in found
    ball = {"name": "ball", "price": {"minor": 1250, "currency": "EUR"}, "url": "https://shop.example/ball"}
    assert found[a][0] == ball
