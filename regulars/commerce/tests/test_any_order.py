"""The same events in any order and any batches give the same orders, refunds, products and reasons."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.commerce.actions import fold_again, recount
from regulars.commerce.models import OrderNumber
from regulars.commerce.tests.said import a_node, said, tables, take
from tests.databases import examples

pytestmark = pytest.mark.django_db

amounts = st.sampled_from([0, 5, -3, "7.50", 12.345, "abc", None])
products = st.lists(
    st.fixed_dictionaries(
        {"product_id": st.sampled_from(["B", "S", 7])},
        optional={
            "name": st.sampled_from(["Ball", "Shoe"]),
            "category": st.sampled_from(["soccer", "running", ""]),
            "price": st.sampled_from([1, "2.50", 0, -1]),
            "quantity": st.sampled_from([1, 2, -1, 0.5]),
        },
    ),
    max_size=3,
)
properties = st.fixed_dictionaries(
    {"order_id": st.sampled_from(["A", "A", "B", ""])},
    optional={
        "total": amounts,
        "tax": amounts,
        "currency": st.sampled_from(["GBP", "EUR", "JPY", "nonsense"]),
        "affiliation": st.sampled_from(["Web", "Town"]),
        "products": st.one_of(products, st.just("wrong")),
    },
)
names = st.sampled_from(
    ["Order Completed", "Order Completed", "Order Updated", "Order Refunded", "Order Cancelled", "Product Viewed"]
)
events = st.lists(st.tuples(names, properties, st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=7)


@given(told=events, picks=st.randoms(use_true_random=False))
@settings(
    max_examples=examples(150), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_neither_order_nor_batches_change_what_is_known(business, told, picks):
    with transaction.atomic():
        nodes = [a_node(str(n)) for n in range(3)]
        entries = [said(name, props, node=nodes[node], day=day) for name, props, node, day in told]
        first = _taken(entries, nodes, picks)
        second = _taken(entries, nodes, picks)
        take(*entries)  # and once more
        fold_again(OrderNumber.objects.values_list("id", flat=True), 1)
        third = tables()
        transaction.set_rollback(True)
    assert first == second
    assert {**third, "customers": None} == {**first, "customers": None}


def _taken(entries, nodes, picks) -> dict:
    """What is known after taking the entries in some order and batches; everything is forgotten afterwards."""
    shuffled = list(entries)
    picks.shuffle(shuffled)
    point = transaction.savepoint()
    while shuffled:
        size = picks.randint(1, len(shuffled))
        take(*shuffled[:size])
        shuffled = shuffled[size:]
    recount(nodes)
    found = tables()
    transaction.savepoint_rollback(point)
    return found
