"""What webhooks missed is found by asking; the past comes in page by page; a shop in trouble is left alone."""

import pytest

from regulars.commerce.models import Order, OrderLine, Refund
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND, now_us
from regulars.events.models import Event
from regulars.events.sources import accounts, connections, reconciling
from regulars.events.sources.models import Connection, Wanted
from tests.sources import apis, senders

pytestmark = pytest.mark.anydb


@pytest.fixture(autouse=True)
def _loopback(monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")


@pytest.fixture
def now():
    return now_us() // SECOND * SECOND - HOUR


def leads_to(connection, api, **settings):
    row = Connection.objects.get(id=connection.id)
    row.settings = row.settings | {"api_address": api.address} | settings
    row.places = dict.fromkeys(row.places, now_us() - 2 * HOUR)
    row.save()
    accounts.forget()


def ask(connection, at=None):
    """Reconcile as the hourly job does, all pages."""
    at = at or now_us()
    reconciling.reconcile_all(at=at)
    while reconciling.advance(connection.id, at):
        pass
    return Connection.objects.get(id=connection.id)


@pytest.fixture
def shopify_orders(now):
    return [
        senders.shopify_order(now + n * MINUTE, id=1000 + n, email=f"p{n}@example.com", customer=None)
        for n in range(5)
    ]


def test_orders_whose_webhooks_were_lost_are_found_and_counted_and_only_these(
    connected, post, settle, shopify_orders
):
    shop = connected("shopify")
    objects = {"orders": shopify_orders, "customers": [], "products": []}
    with apis.served(apis.shopify(objects, lambda: api.address)) as api:
        leads_to(shop, api)
        for order in shopify_orders[:3]:
            post(shop, *senders.shopify(order, "orders/create"))
        settle()
        row = ask(shop)
        settle()
        assert (row.looked_at, row.found, row.failure) == (5, 2, "")
        assert row.polled_us and Order.objects.count() == 5
        events = Event.objects.count()
        row = ask(shop, now_us() + MINUTE)
        assert (row.found, row.found_ever, Event.objects.count()) == (0, 2, events)


def test_too_many_requests_are_waited_out_as_long_as_the_shop_says(connected, settle, shopify_orders):
    shop = connected("shopify")
    with apis.served(
        apis.shopify({"orders": shopify_orders, "customers": [], "products": []}, lambda: api.address)
    ) as api:
        leads_to(shop, api)
        api.trouble = [(429, {"errors": "slow down"}, {"Retry-After": "7.0"})]
        at = now_us()
        row = ask(shop, at)
        assert row.retry_us == at + 7 * SECOND and "429" in row.failure and row.failed_us
        asked = len(api.asked)
        ask(shop, at + 3 * SECOND)
        assert len(api.asked) == asked
        row = ask(shop, at + 8 * SECOND)
        assert (row.found, row.failure, row.failed_us, row.tries) == (5, "", None, 0)


def test_a_shop_that_is_down_is_asked_ever_more_seldom_and_says_why(connected, shopify_orders):
    shop = connected("shopify")
    with apis.served(lambda *_: (503, {}, {})) as api:
        leads_to(shop, api)
        waits = []
        at = now_us()
        for _ in range(4):
            row = ask(shop, at)
            waits.append(row.retry_us - at)
            at = row.retry_us
    assert waits == sorted(waits) and waits[-1] > 4 * waits[0] and "503" in row.failure


def test_a_broken_source_holds_up_no_other(connected, settle, shopify_orders):
    broken, shop = connected("stripe"), connected("shopify")
    with (
        apis.served(lambda *_: (500, {}, {})) as bad,
        apis.served(
            apis.shopify({"orders": shopify_orders, "customers": [], "products": []}, lambda: api.address)
        ) as api,
    ):
        leads_to(broken, bad)
        leads_to(shop, api)
        at = now_us()
        reconciling.reconcile_all(at=at)
        assert set(reconciling.due(at)) == {broken.id, shop.id}
        assert not reconciling.advance(broken.id, at)
        while reconciling.advance(shop.id, at):
            pass
        assert Connection.objects.get(id=shop.id).found == 5
        assert reconciling.due(at) == []


def test_a_key_that_was_revoked_is_told_and_not_hammered_with(connected):
    shop = connected("shopify")
    with apis.served(lambda *_: (401, {"errors": "Invalid API key"}, {})) as api:
        leads_to(shop, api)
        at = now_us()
        row = ask(shop, at)
    assert "refused the key" in row.failure and row.retry_us == at + HOUR


def test_the_past_comes_in_page_by_page_stops_and_goes_on(connected, settle, now):
    shop = connected("shopify")
    old = [
        senders.shopify_order(now - 400 * DAY + n * DAY, id=5000 + n, email=f"p{n}@example.com", customer=None)
        for n in range(5)
    ]
    with apis.served(apis.shopify({"orders": old, "customers": [], "products": []}, lambda: api.address)) as api:
        leads_to(shop, api)
        connections.bring_in_history(source_id=shop.source_id, by="user:1", at=now_us())
        at = now_us()
        for _ in range(3):  # products, customers, the first page of orders
            assert reconciling.advance(shop.id, at)
        connections.stop_history(source_id=shop.source_id, by="user:1", at=at)
        assert not reconciling.advance(shop.id, at)
        settle()
        assert Order.objects.count() == 2
        connections.bring_in_history(source_id=shop.source_id, by="user:1", at=at)
        while reconciling.advance(shop.id, at):
            pass
        row = Connection.objects.get(id=shop.id)
        assert (row.history, row.history_done) == ("done", 5)
        settle()
        assert Order.objects.count() == 5


def test_refunds_of_woocommerce_are_fetched_with_their_lines(connected, post, settle, now):
    state = senders.woocommerce_order(now, version=now + MINUTE, refunds=[{"id": 9, "total": "-6.45"}])
    back = {"id": 9, "amount": "6.45", "date_created_gmt": senders.gmt(now + MINUTE),
            "line_items": [{"product_id": 93, "quantity": -1, "total": "-6.00", "total_tax": "-0.45"}]}  # fmt: skip
    with apis.served(apis.woocommerce({"orders": [state]}, {727: [back]})) as api:
        shop = connected("woocommerce", shop=api.address)
        secret = accounts.secrets_of(Connection.objects.get(id=shop.id))["signing"]
        post(shop, *senders.woocommerce(senders.woocommerce_order(now), "order.created", secret=secret))
        post(shop, *senders.woocommerce(state, "order.updated", secret=secret))
        settle()
        assert not Refund.objects.exists() and Wanted.objects.count() == 1
        reconciling.advance(shop.id, now_us())
        settle()
        assert not Wanted.objects.exists()
        assert Refund.objects.get().total == 645 and Order.objects.get().refunded == 645
        assert OrderLine.objects.filter(returned=1.0).count() == 1


def test_a_sale_at_squares_till_is_fetched_with_its_lines_and_who_paid(connected, post, settle, now):
    till = connected("square")
    orders, payments, refunds = {"O1": senders.square_order(now)}, {"P-O1": senders.square_payment(now)}, {}
    with apis.served(apis.square(orders, payments, refunds)) as api:
        leads_to(till, api)
        event = senders.square_event("payment.created", {"payment": payments["P-O1"]}, now)
        post(till, *senders.square(event, address=till.address))
        settle()
        reconciling.advance(till.id, now_us())
        settle()
        found = Order.objects.get()
        assert (found.total, found.tax, OrderLine.objects.count()) == (6490, 1082, 2)
        orders["R1"] = {**senders.square_order(now, id="R1"), "line_items": [], "tenders": [], "returns": [
            {"source_order_id": "O1", "return_line_items": [
                {"catalog_object_id": "V42", "name": "Vento 3", "quantity": "1", "total_money": {"amount": 5990, "currency": "GBP"}}]}]}  # noqa: E501  # fmt: skip
        refunds["RF"] = {"id": "RF", "status": "COMPLETED", "order_id": "R1", "payment_id": "P-O1",
                         "amount_money": {"amount": 5990, "currency": "GBP"}, "created_at": senders.iso(now + MINUTE),
                         "updated_at": senders.iso(now + MINUTE)}  # fmt: skip
        event = senders.square_event("refund.updated", {"refund": refunds["RF"]}, now + MINUTE)
        post(till, *senders.square(event, address=till.address))
        settle()
        reconciling.advance(till.id, now_us())
        settle()
        assert (Order.objects.get().refunded, Refund.objects.get().total) == (5990, 5990)
        row = ask(till)
        settle()
        assert (row.found, row.failure) == (0, "")
        assert Order.objects.count() == 1 and Refund.objects.count() == 1


def test_an_object_that_is_gone_is_no_longer_wanted(connected, post, settle, now):
    till = connected("square")
    with apis.served(apis.square({}, {}, {})) as api:
        leads_to(till, api)
        event = senders.square_event("payment.created", {"payment": senders.square_payment(now)}, now)
        post(till, *senders.square(event, address=till.address))
        settle()
        reconciling.advance(till.id, now_us())
        assert not Wanted.objects.exists()


def test_what_stripes_webhooks_missed_is_found_in_its_list_of_events(connected, post, settle, now):
    shop = connected("stripe")
    events = [
        senders.stripe_event(
            "charge.succeeded", senders.stripe_charge(now, id=f"ch_{n}", payment_intent=f"pi_{n}"), now, id=f"evt_{n}"
        )
        for n in range(5)
    ]
    with apis.served(apis.stripe(events, {})) as api:
        leads_to(shop, api)
        post(shop, *senders.stripe(events[0], now_us()))
        settle()
        row = ask(shop)
        settle()
        assert (row.looked_at, row.found, Order.objects.count()) == (5, 4, 5)


@pytest.mark.parametrize("kind", ["shopify", "square", "stripe"])
def test_webhooks_are_registered_by_api_and_the_secret_is_kept(connected, kind, now):
    made = connected(kind)
    routes = {
        "shopify": apis.shopify({"orders": []}, lambda: ""),
        "square": apis.square({}, {}, {}),
        "stripe": apis.stripe([], {}),
    }
    with apis.served(routes[kind]) as api:
        leads_to(made, api)
        row = connections.register_webhooks(source_id=made.source_id, by="user:1", at=now)
    kept = {"shopify": "app-secret", "square": "new-key", "stripe": "whsec_made"}[kind]
    assert accounts.secrets_of(row)["signing"] == kept and row.registered_us == now
    sent = b" ".join(raw for *_, raw, _headers in api.asked)
    assert made.token.encode() in sent
