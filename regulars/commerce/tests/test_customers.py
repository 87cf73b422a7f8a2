"""What one person bought in all."""

from __future__ import annotations

import pytest

from regulars.commerce.actions import forget_nodes, recount
from regulars.commerce.models import Customer, Order, OrderNumber, Refund, Store
from regulars.commerce.tests.said import START, a_node, bought, said, take
from regulars.core.clock import DAY
from regulars.people.models import Node

pytestmark = pytest.mark.django_db


def goods(category: str, quantity: int = 1) -> list[dict]:
    return [{"product_id": category, "category": category, "price": 5, "quantity": quantity}]


@pytest.fixture
def alice(business) -> int:
    """Three orders on two days, one brought back, one cancelled."""
    node = a_node("alice")
    take(
        bought("1", 10, node=node, products=goods("soccer", 3), affiliation="Town"),
        bought("2", 20, node=node, day=0.1, products=goods("running"), affiliation="Town"),
        bought("3", 30, node=node, day=9, products=goods("running"), affiliation="Web"),
        bought("4", 99, node=node, day=10),
        said("Order Cancelled", {"order_id": "4"}, node=node, day=11),
        said("Order Refunded", {"order_id": "3", "total": 7}, node=node, day=12),
        said("Order Refunded", {"order_id": "elsewhere", "total": 1}, node=node, day=12),
    )
    return node


def test_a_customer_is_the_sum_of_the_orders_that_stand(alice):
    assert recount([alice]) == 1
    found = Customer.objects.get()
    assert (found.orders, found.days, found.items) == (3, 2, 5)
    assert (found.spent, found.refunded, found.unrated) == (5200, 800, 0)
    assert (found.first_us, found.last_us) == (START, START + 9 * DAY)
    assert (found.top_category, Store.objects.get(id=found.top_store_id).name) == ("soccer", "Town")


def test_merged_people_are_one_customer_and_unmerged_ones_two_again(alice):
    bob = a_node("bob")
    take(bought("5", 40, node=bob))
    recount([alice, bob])
    before = sorted(Customer.objects.values_list())
    Node.objects.filter(id=bob).update(person_id=alice)
    recount([alice, bob])
    assert list(Customer.objects.values_list("person_id", "orders", "spent")) == [(alice, 4, 9200)]
    Node.objects.filter(id=bob).update(person_id=bob)
    recount([alice, bob])
    assert sorted(Customer.objects.values_list()) == before


def test_who_has_no_orders_is_no_customer(alice):
    nobody = a_node("nobody")
    assert recount([nobody]) == 0
    assert not Customer.objects.exists()


def test_amounts_without_a_rate_are_counted_apart(business):
    node = a_node()
    take(bought("1", 10, node=node), bought("2", 10, node=node, currency="EUR"))
    recount([node])
    assert Customer.objects.values_list("orders", "spent", "unrated").get() == (2, 1000, 1)


def test_forgetting_a_node_leaves_nothing_of_it_and_keeps_what_others_said(alice):
    bob = a_node("bob")
    take(
        bought("5", 40, node=bob),
        said("Order Refunded", {"order_id": "5", "total": 1}, node=alice, day=1),
        said("Order Refunded", {"order_id": "1", "total": 2}, node=bob, day=1),
    )
    assert forget_nodes([alice], 1) == 4
    assert list(Order.objects.values_list("number", "refunded")) == [("5", 0)]
    assert list(Refund.objects.values_list("node_id", "total", "order_id")) == [(bob, 200, None)]
    assert set(OrderNumber.objects.values_list("number", flat=True)) == {"5", "1"}
