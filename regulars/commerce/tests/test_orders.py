"""Events become orders, lines, refunds and products."""

from __future__ import annotations

import pytest

from regulars.commerce.models import Order, OrderLine, Product, Refund, Store, Unread
from regulars.commerce.tests.said import START, bought, said, take
from regulars.core.clock import DAY

pytestmark = pytest.mark.django_db

BALL = {"product_id": "B1", "name": "Ball", "category": "soccer", "price": 12.5, "quantity": 2}
SHOE = {"sku": "S9", "name": "Shoe", "category": "running", "price": "80.00"}


def test_a_completed_order_becomes_an_order_with_lines_products_and_a_store(business):
    take(bought("A1", 105, products=[BALL, SHOE], affiliation="Harbour Street", currency="gbp", coupon="HELLO"))
    order = Order.objects.get()
    assert (order.number, order.total, order.base_total, order.currency) == ("A1", 10500, 10500, "GBP")
    assert (order.items, order.coupon, order.ts) == (3, "HELLO", START)
    assert Store.objects.get(id=order.store_id).name == "Harbour Street"
    lines = OrderLine.objects.order_by("position").values_list("category", "quantity", "price", "total")
    assert list(lines) == [("soccer", 2, 1250, 2500), ("running", 1, 8000, 8000)]
    assert dict(Product.objects.values_list("key", "name")) == {"B1": "Ball", "S9": "Shoe"}


def test_without_a_total_the_parts_make_it(business):
    take(
        bought("revenue", revenue="20.00", tax=4, shipping=1),
        bought("lines", products=[BALL], shipping=5, discount=2),
        bought("value", value=9),
    )
    totals = dict(Order.objects.values_list("number", "total"))
    assert totals == {"revenue": 2500, "lines": 2800, "value": 900}


def test_a_business_that_counts_net_leaves_tax_out_of_what_an_order_is_worth(business):
    business.prices = "net"
    business.save()
    take(bought("A1", 120, tax=20), said("Order Refunded", {"order_id": "A1", "total": 60}))
    order = Order.objects.get()
    assert (order.total, order.base_total) == (12000, 10000)
    assert (order.refunded, order.base_refunded) == (6000, 5000)


def test_an_update_changes_what_it_says_and_keeps_the_rest(business):
    take(bought("A1", 105, products=[BALL], affiliation="Web"))
    take(said("Order Updated", {"order_id": "A1", "total": 99}, day=1))
    order = Order.objects.get()
    assert (order.total, order.items, order.ts, order.updated_us) == (9900, 2, START, START + DAY)
    assert OrderLine.objects.count() == 1


def test_a_refund_without_amounts_takes_back_the_whole_order(business):
    take(said("Order Refunded", {"order_id": "A1"}, day=3))
    assert Refund.objects.get().order_id is None
    take(bought("A1", 25, products=[BALL]))
    order, back = Order.objects.get(), Refund.objects.get()
    assert (order.refunded, back.total, back.order_id) == (2500, 2500, order.id)
    assert OrderLine.objects.get().returned == 2


def test_a_part_refund_costs_what_its_products_cost(business):
    take(bought("A1", 105, products=[BALL, SHOE]))
    take(said("Order Refunded", {"order_id": "A1", "products": [{"product_id": "B1", "quantity": 1}]}, day=1))
    assert Order.objects.get().refunded == 1250
    assert list(OrderLine.objects.order_by("position").values_list("returned", flat=True)) == [1, 0]


def test_a_cancelled_order_is_kept_and_marked(business):
    take(said("Order Cancelled", {"order_id": "A1"}, day=2), bought("A1", 10))
    assert Order.objects.get().cancelled_us == START + 2 * DAY


def test_an_order_below_zero_is_a_return(business):
    take(bought("A1", -30, products=[BALL | {"quantity": -2}]))
    assert not Order.objects.exists()
    assert Refund.objects.values_list("total", "items").get() == (3000, 2)


def test_zero_prices_and_negative_quantities_are_counted_as_they_are(business):
    take(bought("A1", products=[BALL, BALL | {"quantity": -1}, SHOE | {"price": 0}]))
    order = Order.objects.get()
    assert (order.total, order.items) == (1250, 2)


def test_postage_is_a_line_without_a_product(business):
    take(bought("A1", products=[BALL, {"sku": "POST", "name": "Postage", "price": 3, "kind": "charge"}]))
    assert list(OrderLine.objects.order_by("position").values_list("product_id", "total"))[1] == (None, 300)
    assert list(Product.objects.values_list("key", flat=True)) == ["B1"]
    assert (Order.objects.get().total, Order.objects.get().items) == (2800, 2)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"total": 5}, "order_id is missing: without it nobody can tell which order this is."),
        ({"order_id": ["x"], "total": 5}, "order_id is a list: it must be a text."),
        ({"order_id": "A1", "total": 5, "currency": "pounds"}, "currency is 'pounds': it must be a code of three"),
        ({"order_id": "A1"}, "The order has neither a total nor products with prices: it cannot be counted."),
        ({"order_id": "A1", "total": "12,345"}, "The order has neither a total nor products with prices"),
        ({"order_id": "x" * 121, "total": 5}, "order_id has 121 characters: at most 120 are allowed."),
    ],
)
def test_an_order_that_cannot_be_understood_says_why_and_its_neighbours_go_in(business, properties, reason):
    take(said("Order Completed", properties), bought("good", 1))
    assert Order.objects.get().number == "good"
    assert Unread.objects.get(whole=True).reason.startswith(reason)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"products": "ball"}, "products is a text: it must be a list of products."),
        ({"products": [7, BALL]}, "Product 1 was left out: it is a number, not a product."),
        ({"products": [{"name": "x", "quantity": "many"}, BALL]}, "Product 1 was left out: quantity is 'many'"),
        ({"tax": True}, "tax is true or false: it must be a number. It was left out."),
        ({"tax": float("inf")}, "tax is inf: that is too large to be true. It was left out."),
    ],
)
def test_a_wrong_part_is_left_out_with_a_reason_and_the_order_stays(business, more, reason):
    take(bought("A1", 10, **more))
    assert Order.objects.get().total == 1000
    unread = Unread.objects.get()
    assert unread.reason.startswith(reason)
    assert not unread.whole


def test_a_later_update_may_make_an_order_readable(business):
    take(bought("A1"))
    assert Unread.objects.exists()
    take(said("Order Updated", {"order_id": "A1", "total": 5}, day=1))
    assert Order.objects.get().total == 500
    assert not Unread.objects.exists()


def test_viewing_a_product_makes_it_known_and_the_latest_word_counts(business):
    new = said("Product Viewed", {"product_id": "B1", "name": "Ball II", "price": 15}, day=2)
    old = said("Product Added", {"product_id": "B1", "name": "Ball", "price": 12, "category": "soccer"}, day=1)
    take(new)
    take(old)
    assert Product.objects.values_list("name", "price", "category").get() == ("Ball II", 1500, "soccer")


def test_the_same_number_in_another_namespace_is_another_order(business):
    other = bought("A1", 7)
    other.namespace = "till"
    take(bought("A1", 5), other)
    assert Order.objects.count() == 2


def test_yen_have_no_minor_unit(business):
    take(bought("A1", 1200, currency="JPY"))
    assert Order.objects.values_list("total", "currency", "base_total").get() == (1200, "JPY", None)
