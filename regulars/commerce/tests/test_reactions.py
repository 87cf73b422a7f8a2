"""From an event as a client sends it to an order and a customer, through the logs."""

from __future__ import annotations

import pytest

from regulars.commerce.models import Customer, Order
from regulars.commerce.reactions import count_customers
from regulars.commerce.tests.said import START
from regulars.core.log import Reader
from regulars.events import consumers
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.events.models import Event
from regulars.people.actions import keep_nobody

pytestmark = pytest.mark.django_db(transaction=True)  # the logs show what is committed


@pytest.fixture
def source(business):
    return create_source(name="Till", kind="csv", by="system", at=START)


def order(number: str, total: float, *, user: str = "7", kind: str = "Order Completed") -> dict:
    who = {"userId": user} if user else {"anonymousId": keep_nobody(namespace="source-1", source_id=1, at=START)}
    return {
        "type": "track", "event": kind, "messageId": f"{kind}{number}", **who,
        "timestamp": "2020-09-13T12:00:00Z", "properties": {"order_id": number, "total": total},
    }  # fmt: skip


def run_consumers() -> None:
    while consumers.step(START):
        pass
    while count_customers(START):
        pass


def test_an_event_becomes_an_order_and_a_customer(source):
    take_in(source_id=source.id, items=[order("1", 10), order("2", 5, kind="order_completed")], at=START)
    run_consumers()
    assert Order.objects.count() == 2
    assert Customer.objects.values_list("orders", "spent").get() == (2, 1500)


def test_replaying_the_log_changes_nothing(source):
    take_in(source_id=source.id, items=[order("1", 10), order("1", 4, kind="Order Refunded")], at=START)
    run_consumers()
    before = list(Order.objects.values_list()), list(Customer.objects.values_list())
    for shard in consumers.shards():
        Reader("commerce", shard).move((0, 0))
    Reader("customers").move((0, 0))
    run_consumers()
    assert (list(Order.objects.values_list()), list(Customer.objects.values_list())) == before


def test_an_order_of_nobody_is_in_no_customer(source):
    nobody = order("1", 10, user="")
    nobody["anonymousId"] = keep_nobody(namespace=source.namespace, source_id=source.id, at=START)
    take_in(source_id=source.id, items=[nobody, order("2", 5)], at=START)
    run_consumers()
    assert Order.objects.count() == 2
    assert Event.objects.values("node_id").distinct().count() == 2
    assert list(Customer.objects.values_list("spent", flat=True)) == [500]
