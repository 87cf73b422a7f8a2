"""What can be asked about purchases."""

from __future__ import annotations

import pytest

from regulars.commerce import queries
from regulars.commerce.actions import set_rate
from regulars.commerce.tests.said import START, a_node, bought, said, take
from regulars.core.clock import DAY
from regulars.people.actions import keep_nobody
from regulars.people.models import Node

pytestmark = pytest.mark.django_db
LATER = START + 100 * DAY


@pytest.fixture
def sold(business) -> int:
    """Alice bought three times in two currencies, someone unknown once; a third currency has no rate."""
    set_rate(currency="EUR", day="2020-09-01", rate=0.5, by="user:1", at=1)
    node = a_node("alice")
    keep_nobody(namespace="shop", source_id=1, at=1)
    nobody = Node.objects.get(person_id=None).id
    ball = {"name": "Ball", "category": "soccer", "price": 10, "quantity": 2}
    take(
        bought("1", 20, node=node, products=[ball], affiliation="Town"),
        bought("2", 10, node=node, day=1, currency="EUR"),
        bought("3", 10, node=node, day=2, currency="USD"),
        bought("4", 7, node=nobody, day=2),
        bought("5", 99, node=node, day=3),
        said("Order Cancelled", {"order_id": "5"}, node=node, day=3),
        said("Order Refunded", {"order_id": "1", "total": 5}, node=node, day=4),
        said("Order Refunded", {"order_id": "C9", "total": 1}, node=nobody, day=4),
    )
    return node


def test_totals_name_currencies_rates_and_what_is_unknown(sold):
    found = queries.totals(LATER)
    assert (found.orders, found.lines, found.customers, found.cancelled) == (4, 1, 1, 1)
    assert (found.gross, found.refunded, found.net, found.unknown) == (3200, 600, 2600, 1)
    assert (found.nobodys, found.nobodys_gross, found.nobodys_refunded) == (1, 700, 100)
    euro = next(c for c in found.by_currency if c.currency == "EUR")
    assert (euro.total, euro.base_total, euro.first_rate, euro.last_rate) == (1000, 500, "2020-09-01", "2020-09-01")
    assert [c.currency for c in found.by_currency] == ["EUR", "GBP", "USD"]


def test_totals_stop_at_the_time_they_are_asked_for(sold):
    assert queries.totals(START).orders == 1


def test_an_empty_shop_has_totals_of_zero(business):
    found = queries.totals(LATER)
    assert (found.orders, found.gross, found.by_currency) == (0, 0, ())


def test_a_persons_orders_come_newest_first_with_their_lines(sold):
    orders = queries.orders_of(sold)
    assert [o.number for o in orders] == ["5", "3", "2", "1"]
    assert orders[-1].store == "Town"
    assert [(line.name, line.quantity, line.returned) for line in orders[-1].lines] == [("Ball", 2, 0)]
    assert [o.number for o in queries.orders_of(sold, before_us=START + DAY)] == ["1"]
    assert queries.returns_of(sold) == []


def test_purchase_days_are_of_people_and_known_amounts(sold):
    assert [(p, worth) for p, _, worth in queries.purchase_days(until_us=LATER)] == [(sold, 1500), (sold, 500)]
    assert queries.purchase_days(until_us=LATER, person_ids=[sold + 1000]) == []


def test_revenue_by_day_adds_up_to_the_totals(sold):
    days = queries.revenue_by_day(first=0, last=10**6)
    found = queries.totals(LATER)
    assert sum(gross for _, _, gross, _ in days) == found.gross
    assert sum(back for *_, back in days) == found.refunded
    assert sum(orders for _, orders, *_ in days) == found.orders


def test_products_categories_and_stores_can_be_looked_up(sold):
    assert [p.name for p in queries.products("bal")] == ["Ball"]
    assert queries.categories() == ["soccer"]
    assert queries.top_categories(since_us=START, until_us=LATER) == [("soccer", 2000, 2.0)]
    assert [name for _, name in queries.stores()] == ["Town"]
