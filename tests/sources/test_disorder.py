"""Deliveries in any order, doubled, dropped and then reconciled come to the same orders: whatever arrives when.

Pure: readings of the senders' bodies, message ids as ingestion keeps them (the first one wins), and the fold of
commerce. The same through the real doors stands in test_reconciling.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.commerce.folding import KINDS, Books, fold
from regulars.commerce.reading import Said, order_facts, order_number
from regulars.core.clock import MINUTE, SECOND
from regulars.events.sources import shopify, square, stripe, woocommerce
from regulars.events.sources.deliveries import Account, Delivery
from regulars.events.times import parse
from tests.sources import senders

BEGAN = 1_790_000_000 * SECOND
BOOKS = Books("GBP", False, ZoneInfo("Europe/London"), lambda *_: None)
ACCOUNT = Account(1, "", settings={"shop": "northgate.myshopify.com"}, secrets={"api": "x"})


def orders_of(kind, arrived: list[Delivery]) -> dict:
    """{order number: what commerce makes of it}, from deliveries in the order in which they arrived."""
    known, said = set(), {}
    for place, delivery in enumerate(arrived):
        for item in kind.KIND.read(delivery, ACCOUNT):
            if item["messageId"] in known or item.get("event") not in KINDS:
                continue
            known.add(item["messageId"])
            facts, problems = order_facts(item["properties"])
            assert not problems
            number = order_number(item["properties"])
            ts = parse(item["timestamp"], "timestamp")
            said.setdefault(number, []).append(Said(place * 100, 1, 1, "n", item["event"], ts, number, facts))
    return {number: _plain(fold(each, BOOKS)) for number, each in said.items()}


def _plain(folded):
    order = folded.order and replace(folded.order, first=None)
    return order, sorted((b.said.ts, b.total, b.items) for b in folded.refunds)


def shopify_history() -> list[Delivery]:
    """Placed, edited, half returned, cancelled; two states in one second."""
    states = [senders.shopify_order(BEGAN)]
    edited = senders.shopify_order(BEGAN, version=BEGAN + MINUTE, total_price="114.75")
    edited["line_items"][1]["current_quantity"] = 0
    second = {**edited, "total_price": "113.75"}
    returned = {**second, "updated_at": senders.iso(BEGAN + 2 * MINUTE)}
    returned["refunds"] = [senders.shopify_refund(BEGAN + 2 * MINUTE)]
    cancelled = {**returned, "updated_at": senders.iso(BEGAN + 3 * MINUTE)}
    cancelled["cancelled_at"] = senders.iso(BEGAN + 3 * MINUTE)
    states += [edited, second, returned, cancelled]
    told = [BEGAN, BEGAN + MINUTE, BEGAN + MINUTE + 1000, BEGAN + 2 * MINUTE, BEGAN + 3 * MINUTE]
    return [
        Delivery(json.dumps(s).encode(), {"x-shopify-topic": "orders/updated", "x-shopify-triggered-at": _exact(at)})
        for s, at in zip(states, told, strict=True)
    ]


def _exact(us: int) -> str:
    from regulars.core.clock import from_us

    return from_us(us).isoformat()


def woocommerce_history() -> list[Delivery]:
    states = [
        senders.woocommerce_order(BEGAN),
        senders.woocommerce_order(BEGAN, version=BEGAN + MINUTE, total="39.35"),
        senders.woocommerce_order(BEGAN, version=BEGAN + 2 * MINUTE, total="29.35", status="completed"),
    ]
    states.append(
        {
            **states[-1],
            "date_modified_gmt": senders.gmt(BEGAN + 3 * MINUTE),
            "regulars_refunds": [
                {"id": 9, "amount": "6.45", "date_created_gmt": senders.gmt(BEGAN + 3 * MINUTE), "line_items": []}
            ],
        }
    )
    return [
        Delivery(json.dumps(s).encode(), {"x-wc-webhook-topic": "order.updated"}, BEGAN + n * MINUTE)
        for n, s in enumerate(states)
    ]


def square_history() -> list[Delivery]:
    payment = senders.square_payment(BEGAN)
    bodies = [
        {
            "type": "regulars.order",
            "order": senders.square_order(BEGAN, version=n, total_money=money),
            "payments": [payment],
        }
        for n, money in (
            (1, {"amount": 6490, "currency": "GBP"}),
            (2, {"amount": 5990, "currency": "GBP"}),
            (3, {"amount": 6490, "currency": "GBP"}),
        )
    ]
    return [Delivery(json.dumps(body).encode(), {}) for body in bodies]


def stripe_history() -> list[Delivery]:
    charge = senders.stripe_charge(BEGAN)
    session = {
        "id": "cs_1",
        "payment_intent": "pi_1",
        "payment_status": "paid",
        "created": BEGAN // SECOND,
        "currency": "gbp",
        "amount_total": 4990,
        "total_details": {"amount_tax": 832},
    }
    refund = {
        "id": "re_1",
        "payment_intent": "pi_1",
        "amount": 990,
        "currency": "gbp",
        "status": "succeeded",
        "created": BEGAN // SECOND + 60,
    }
    events = [
        senders.stripe_event("charge.succeeded", charge, BEGAN),
        senders.stripe_event("checkout.session.completed", session, BEGAN + SECOND),
        senders.stripe_event("refund.created", refund, BEGAN + MINUTE),
        senders.stripe_event("refund.updated", refund, BEGAN + 2 * MINUTE),
        senders.stripe_event("charge.updated", {**charge, "receipt_number": "17"}, BEGAN + 3 * MINUTE),
    ]
    return [Delivery(json.dumps(event).encode(), {}) for event in events]


HISTORIES = {
    "shopify": (shopify, shopify_history()),
    "woocommerce": (woocommerce, woocommerce_history()),
    "square": (square, square_history()),
    "stripe": (stripe, stripe_history()),
}
arrivals = st.lists(st.integers(0, 7), max_size=14)


@given(st.sampled_from(sorted(HISTORIES)), arrivals)
@settings(max_examples=300, deadline=None)
def test_disorder_doubles_and_losses_change_no_order_once_it_is_reconciled(name, picked):
    kind, history = HISTORIES[name]
    truth = orders_of(kind, history)
    arrived = [history[n] for n in picked if n < len(history)]
    # stripe is asked for its events, the others for the state they are in
    reconciled = history if name == "stripe" else history[-1:]
    assert orders_of(kind, arrived + reconciled) == truth


@given(st.sampled_from(sorted(HISTORIES)), st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_the_order_in_which_all_arrive_the_orders_are_the_same(name, data):
    kind, history = HISTORIES[name]
    assert orders_of(kind, data.draw(st.permutations(history))) == orders_of(kind, history)


def test_the_histories_say_something():
    for kind, history in HISTORIES.values():
        ((order, _refunds),) = orders_of(kind, history).values()
        assert order.total > 0 and order != orders_of(kind, history[:1])
    assert orders_of(shopify, shopify_history())["820982911946154508"][0].total == 11375
