"""Any other till: a sample, a mapping, the events that result; what did not fit waits until it is mended."""

import pytest

from regulars.commerce.models import Order, OrderLine, Product
from regulars.core.clock import HOUR, SECOND, now_us
from regulars.events.models import DeadLetter
from regulars.events.sources import connections, hmacs
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.sources.opening import read
from regulars.events.sources.webhook import mapping, paths
from regulars.people.models import Consent, Identifier
from tests.sources import senders

pytestmark = pytest.mark.anydb
NOW = now_us() // SECOND * SECOND - HOUR
SALE = {
    "event": "sale.completed",
    "sale": {
        "number": 88123,
        "created_at": senders.iso(NOW),
        "total": 6490,
        "currency": "GBP",
        "store": "High Street",
        "customer": {"email": "anna@example.com", "first_name": "Anna", "newsletter": "yes"},
        "items": [
            {"article_id": "boots-3", "title": "Vento 3", "group": "soccer", "qty": 1, "price": 5990},
            {"article_id": "laces", "title": "Laces", "qty": 2, "price": 250},
        ],
    },
}
GOOD = {
    "amounts": "minor",
    "timezone": "Europe/London",
    "rules": [
        {
            "object": "order",
            "when": "event",
            "is": "sale.completed",
            "each": "",
            "lines": "sale.items",
            "fields": {
                "id": "sale.number",
                "at": "sale.created_at",
                "total": "sale.total",
                "currency": "sale.currency",
                "store": "sale.store",
                "email": "sale.customer.email",
                "first_name": "sale.customer.first_name",
            },
            "line": {
                "product_id": "article_id",
                "name": "title",
                "category": "group",
                "quantity": "qty",
                "price": "price",
            },
        },
        {
            "object": "customer",
            "when": "event",
            "is": "sale.completed",
            "each": "",
            "fields": {
                "email": "sale.customer.email",
                "consent_email": "sale.customer.newsletter",
                "updated": "sale.created_at",
            },
        },
    ],
}


def send(post, till, body):
    raw = senders.compact(body)
    return post(till, raw, {"X-Signature": hmacs.signature("till-secret", raw, form="hex")})


def test_a_body_nobody_mapped_waits_and_goes_in_once_it_is_mapped(connected, post, settle):
    till = connected("webhook")
    assert send(post, till, SALE) == 200
    settle()
    assert DeadLetter.objects.get().code == "unmapped" and not Order.objects.exists()
    made = connections.save_mapping(source_id=till.source_id, mapping=GOOD, by="user:1", at=now_us())
    assert made.version == 1

    from regulars.events.actions import replay_dead_letters

    assert replay_dead_letters(ids=[DeadLetter.objects.get().id], by="user:1", at=now_us()) == (1, 0)
    settle()
    order = Order.objects.get()
    assert (order.number, order.total, order.currency) == ("88123", 6490, "GBP")
    assert sorted(OrderLine.objects.values_list("quantity", "total")) == [(1.0, 5990), (2.0, 500)]
    assert Product.objects.get(key="boots-3").category == "soccer"
    assert Identifier.objects.filter(value="anna@example.com").exists()
    assert Consent.objects.get().state == "granted"


def test_a_letter_whose_request_is_pruned_goes_in_from_what_it_holds(connected, post, settle):
    from regulars.events import inbox
    from regulars.events.actions import replay_dead_letters

    till = connected("webhook")
    send(post, till, SALE)
    settle()
    inbox.store().prune(2**62)
    connections.save_mapping(source_id=till.source_id, mapping=GOOD, by="user:1", at=now_us())
    assert replay_dead_letters(ids=[DeadLetter.objects.get().id], by="user:1", at=now_us()) == (1, 0)


def test_a_body_that_no_rule_fits_and_one_with_a_wrong_amount_say_so(connected, post, settle):
    till = connected("webhook")
    connections.save_mapping(source_id=till.source_id, mapping=GOOD, by="user:1", at=now_us())
    send(post, till, {"event": "shift.closed"})
    send(post, till, {**SALE, "sale": {**SALE["sale"], "total": "many"}})
    settle()
    assert sorted(DeadLetter.objects.values_list("code", flat=True)) == ["unmapped", "unreadable"]
    assert "many" in DeadLetter.objects.get(code="unreadable").reason


def test_the_same_mapping_again_is_no_new_version_another_is(connected):
    till = connected("webhook")
    kept = {"source_id": till.source_id, "by": "user:1", "at": 1}
    assert [connections.save_mapping(mapping=GOOD, **kept).version for _ in range(2)] == [1, 1]
    assert connections.save_mapping(mapping={**GOOD, "amounts": "major"}, **kept).version == 2


def test_a_mapping_is_guessed_from_a_sample_and_reads_it():
    found = mapping.guess(SALE) | {"amounts": "minor"}
    rule = found["rules"][0]
    assert rule["lines"] == "sale.items" and rule["fields"]["email"] == "sale.customer.email"
    assert rule["fields"]["id"] == "sale.number" and rule["line"]["quantity"] == "qty"
    mapping.check(found)
    events = read(Delivery(senders.compact(SALE), {}, NOW), Account(1, "webhook", mapping=found))
    said = next(event for event in events if event.get("event") == "Order Completed")["properties"]
    assert (said["total"], said["currency"], len(said["products"])) == (64.9, "GBP", 2)


@pytest.mark.parametrize(
    "change, says",
    [
        ({"amounts": "euros"}, "12.50"),
        ({"timezone": "Mars/Olympus"}, "time zone"),
        ({"rules": []}, "at least one"),
        ({"rules": [{"object": "order", "fields": {"id": "a"}}]}, "when it was bought"),
        ({"rules": [{"object": "customer", "fields": {"first_name": "a"}}]}, "know them by"),
        ({"rules": [{"object": "order", "fields": {"id": "a[", "at": "b", "total": "c"}}]}, "no path"),
    ],
)
def test_a_mapping_that_cannot_work_says_what_is_missing(change, says):
    with pytest.raises(mapping.MappingError, match=says):
        mapping.check({**GOOD, **change})


def test_paths_lead_through_objects_and_lists_and_to_words():
    body = {"a": {"b": [{"c": 1}, {"c": 2}]}}
    assert (paths.at(body, "a.b[1].c"), paths.at(body, "a.x.c"), paths.at(body, "=EUR")) == (2, None, "EUR")
    assert "a.b[0].c" in dict(paths.all_in(body))
