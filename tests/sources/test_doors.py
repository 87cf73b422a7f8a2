"""Deliveries of every sender, through the door, to orders."""

import html
import json

import pytest
from square.utils.webhooks_helper import verify_signature

from regulars.commerce.models import Order, OrderLine, Product, Refund
from regulars.core.clock import DAY, HOUR, SECOND
from regulars.events.models import DeadLetter, Event
from regulars.events.sources import accounts, connections
from regulars.events.sources.models import Connection, Wanted
from regulars.people.models import Consent, Identifier
from tests.sources import senders

pytestmark = pytest.mark.anydb


@pytest.fixture
def now():
    from regulars.core.clock import now_us

    return now_us() // SECOND * SECOND - HOUR


def secret_of(connection):
    return accounts.secrets_of(Connection.objects.get(id=connection.id))["signing"]


def order():
    return Order.objects.get()


def test_a_shopify_order_arrives_with_lines_customer_and_amounts_in_minor_units(connected, post, settle, now):
    shop = connected("shopify")
    assert post(shop, *senders.shopify(senders.shopify_order(now), "orders/create")) == 200
    settle()
    found = order()
    assert (found.number, found.total, found.currency) == ("820982911946154508", 13975, "GBP")
    assert (found.tax, found.shipping, found.discount, found.coupon) == (2246, 495, 1000, "TEN")
    assert sorted(OrderLine.objects.values_list("quantity", "total")) == [(1.0, 2500), (2.0, 10980)]
    assert Identifier.objects.filter(type="email", value="anna@example.com").exists()
    assert set(Product.objects.values_list("name", "category")) == {("Vento 3", "soccer"), ("Ball", "")}


def test_a_refund_of_shopify_brings_back_one_line_and_not_the_other(connected, post, settle, now):
    shop = connected("shopify")
    state = senders.shopify_order(now, version=now + 60 * SECOND, refunds=[senders.shopify_refund(now + 60 * SECOND)])
    state["line_items"][0]["current_quantity"] = 1
    post(shop, *senders.shopify(senders.shopify_order(now), "orders/create"))
    for _ in range(2):
        post(shop, *senders.shopify(state, "orders/updated"))
    settle()
    assert order().refunded == 5490 and order().total == 13975
    assert Refund.objects.get().total == 5490
    assert sorted(OrderLine.objects.values_list("quantity", "returned")) == [(1.0, 0.0), (2.0, 1.0)]


def test_a_line_taken_off_by_an_edit_is_no_return(connected, post, settle, now):
    shop = connected("shopify")
    edited = senders.shopify_order(now, version=now + SECOND, total_price="114.75")
    edited["line_items"][1]["current_quantity"] = 0
    post(shop, *senders.shopify(edited, "orders/edited"))
    settle()
    assert (order().total, order().refunded) == (11475, 0)
    assert OrderLine.objects.count() == 1


def test_a_cancelled_order_of_shopify_counts_no_longer(connected, post, settle, now):
    shop = connected("shopify")
    state = senders.shopify_order(now, version=now + SECOND, cancelled_at=senders.iso(now + SECOND))
    post(shop, *senders.shopify(state, "orders/cancelled"))
    settle()
    assert order().cancelled_us == now + SECOND


def test_what_a_customer_of_shopify_said_about_mail_and_sms_is_in_the_ledger_with_the_payload(
    connected, post, settle, now
):
    shop = connected("shopify")
    said = {"state": "subscribed", "opt_in_level": "confirmed_opt_in", "consent_updated_at": senders.iso(now - DAY)}
    sms = {"state": "unsubscribed", "opt_in_level": "single_opt_in", "consent_updated_at": senders.iso(now - 2 * DAY)}
    customer = {
        "id": 7,
        "email": "anna@example.com",
        "phone": "+447700900123",
        "first_name": "Anna",
        "updated_at": senders.iso(now),
        "email_marketing_consent": said,
        "sms_marketing_consent": sms,
    }
    post(shop, *senders.shopify(customer, "customers/update"))
    settle()
    rows = {c.channel: c for c in Consent.objects.all()}
    assert (rows["email"].state, rows["email"].at, rows["email"].wording) == ("granted", now - DAY, "")
    assert (rows["sms"].state, rows["sms"].at) == ("withdrawn", now - 2 * DAY)
    proof = rows["email"].evidence if isinstance(rows["email"].evidence, dict) else json.loads(rows["email"].evidence)
    assert proof["opt_in_level"] == "confirmed_opt_in"


def test_products_bring_category_price_stock_and_picture(connected, post, settle, now):
    shop = connected("shopify")
    product = {
        "id": 632910392,
        "title": "Vento 3",
        "product_type": "soccer",
        "handle": "vento-3",
        "vendor": "Vento",
        "status": "active",
        "updated_at": senders.iso(now),
        "image": {"src": "https://cdn.example.com/v.jpg"},
        "variants": [senders.shopify_variant(1, "59.90", 3), senders.shopify_variant(2, "49.90", 4)],
    }
    post(shop, *senders.shopify(product, "products/update"))
    settle()
    found = Product.objects.get()
    assert (found.name, found.category, found.price, found.stock) == ("Vento 3", "soccer", 4990, 7)
    assert found.image_url.endswith("v.jpg") and found.url == "https://northgate.myshopify.com/products/vento-3"


def test_a_guest_of_woocommerce_is_known_by_the_mail_address(connected, post, settle, now):
    shop = connected("woocommerce")
    assert (
        post(shop, *senders.woocommerce(senders.woocommerce_order(now), "order.created", secret=secret_of(shop)))
        == 200
    )
    settle()
    assert (order().total, order().tax, order().shipping) == (2935, 135, 1000)
    assert Identifier.objects.filter(value="bob@example.com").exists()
    assert not Event.objects.filter(properties__contains='"customer_id"').exists()


def test_woocommerces_unsigned_ping_gets_exactly_200_and_nothing_else_unsigned_does(connected, post, settle, now):
    shop = connected("woocommerce")
    form = "application/x-www-form-urlencoded"
    assert post(shop, b"webhook_id=12", kind=form) == 200
    assert Connection.objects.get(id=shop.id).pinged_us
    assert post(shop, b"webhook_id=12&x=1", kind=form) == 401
    settle()
    assert not Event.objects.exists() and not DeadLetter.objects.exists()


def test_a_secret_with_entities_in_woocommerce_signs_decoded(connected, post):
    shop = connected("woocommerce")
    connections.rotate_secret(source_id=shop.source_id, secret="a&amp;b", by="system", at=1)
    signed = senders.woocommerce({"id": 1}, "order.deleted", secret=html.unescape("a&amp;b"))
    assert post(shop, *signed) == 200


def test_an_order_deleted_in_woocommerce_counts_no_longer(connected, post, settle, now):
    shop = connected("woocommerce")
    secret = secret_of(shop)
    post(shop, *senders.woocommerce(senders.woocommerce_order(now), "order.created", secret=secret))
    post(shop, *senders.woocommerce({"id": 727}, "order.deleted", secret=secret))
    settle()
    assert order().cancelled_us


def test_an_unpaid_order_of_woocommerce_is_no_purchase(connected, post, settle, now):
    shop = connected("woocommerce")
    unpaid = senders.woocommerce_order(now, status="pending", date_paid_gmt=None)
    post(shop, *senders.woocommerce(unpaid, "order.created", secret=secret_of(shop)))
    settle()
    assert not Order.objects.exists() and Identifier.objects.filter(value="bob@example.com").exists()


def test_a_sale_at_squares_till_names_its_order_and_is_fetched(connected, post, settle, now):
    till = connected("square")
    body, headers = senders.square(
        senders.square_event("payment.created", {"payment": senders.square_payment(now)}, now), address=till.address
    )
    assert verify_signature(
        request_body=body.decode(),
        signature_header=headers["X-Square-Hmacsha256-Signature"],
        signature_key="square-key",
        notification_url=till.address,
    )
    assert post(till, body, headers) == 200
    settle()
    assert not Order.objects.exists()
    assert list(Wanted.objects.values_list("object", "key")) == [("order", "O1")]


def test_without_a_token_a_payment_of_square_is_an_order_of_one_amount(connected, post, settle, now):
    till = connected("square", api="")
    event = senders.square_event("payment.updated", {"payment": senders.square_payment(now)}, now)
    post(till, *senders.square(event, address=till.address))
    settle()
    assert (order().number, order().total) == ("O1", 6490)
    assert Identifier.objects.filter(value="chen@example.com").exists()


def test_a_charge_and_a_checkout_session_of_stripe_are_one_order(connected, post, settle, now):
    from regulars.core.clock import now_us

    till = connected("stripe")
    charge = senders.stripe_event("charge.succeeded", senders.stripe_charge(now), now, id="evt_1")
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "payment_intent": "pi_1",
        "payment_status": "paid",
        "created": now // SECOND,
        "currency": "gbp",
        "amount_total": 4990,
        "customer": "cus_1",
        "total_details": {"amount_tax": 832, "amount_shipping": 500, "amount_discount": 0},
        "customer_details": {"email": "dora@example.com"},
        "consent": {"promotions": "opt_in"},
    }
    refund = {
        "id": "re_1",
        "object": "refund",
        "payment_intent": "pi_1",
        "charge": "ch_1",
        "amount": 990,
        "currency": "gbp",
        "status": "succeeded",
        "created": now // SECOND + 60,
    }
    done = senders.stripe_event("checkout.session.completed", session, now, id="evt_2")
    back = senders.stripe_event("refund.created", refund, now + 60 * SECOND, id="evt_3")
    for event in (back, done, charge, charge):
        assert post(till, *senders.stripe(event, now_us())) == 200
    settle()
    assert (order().number, order().total, order().tax, order().shipping, order().refunded) == (
        "pi_1",
        4990,
        832,
        500,
        990,
    )
    assert Consent.objects.get().state == "granted"


def test_amounts_of_currencies_without_cents_and_of_icelandic_crowns_are_right(connected, post, settle, now):
    from regulars.core.clock import now_us

    till = connected("stripe")
    for number, (code, said) in enumerate({"jpy": 5000, "isk": 500000, "kwd": 5125}.items()):
        charge = senders.stripe_charge(
            now, id=f"ch_{number}", payment_intent=f"pi_{code}", amount=said, amount_captured=said, currency=code
        )
        post(till, *senders.stripe(senders.stripe_event("charge.succeeded", charge, now), now_us()))
    settle()
    totals = dict(Order.objects.values_list("currency", "total"))
    assert totals == {"JPY": 5000, "ISK": 5000, "KWD": 5125}


def test_a_thin_event_of_stripe_waits_with_the_reason(connected, post, settle, now):
    from regulars.core.clock import now_us

    till = connected("stripe")
    post(till, *senders.stripe({"id": "evt_1", "object": "v2.core.event", "type": "x"}, now_us()))
    settle()
    assert "snapshot payloads" in DeadLetter.objects.get().reason
