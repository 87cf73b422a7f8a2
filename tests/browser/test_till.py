"""The till page in a browser: a sale, a new customer, and an hour without a connection."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from regulars.core.clock import now_us
from regulars.core.loops import LOOPS
from regulars.events.models import Event
from regulars.loyalty import ledger
from regulars.loyalty.actions.programmes import create_programme
from regulars.loyalty.rewards.keeping import save_reward
from regulars.people.models import Consent, Identifier
from regulars.till import actions
from tests.browser import checks

pytestmark = pytest.mark.anydb
RULES = {"rules": [{"key": "hello", "kind": "signup", "name": "Joining", "points": 1}]}


@pytest.fixture
def counter(chromium, live_server, transactional_db, business):
    """A tablet that was let in by typing its number."""
    actions.change_counter(
        wording="Yes, news by mail.",
        categories=["Soccer", "Running"],
        ask_sms=True,
        survey_id=None,
        by="user:1",
        at=now_us(),
    )
    number = actions.make_pairing(name="Counter 1", store="High Street", by="user:1", at=now_us())
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1024, "height": 768})
    page = context.new_page()
    page.goto("/till/")
    page.get_by_label("Number").fill(number)
    page.get_by_role("button", name="Let it in").click()
    expect(page.locator("#line")).to_have_text("connected")
    yield page
    context.close()


def rung_up(page, category: str, amount: str) -> None:
    page.get_by_role("radio", name=category).check()
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Ring up").click()
    expect(page.locator("#done-said")).to_contain_text("To pay")


def test_a_customer_is_added_agrees_buys_a_ball_and_is_found_again(counter):
    counter.get_by_placeholder("E-mail, phone or card").fill("anna@shop.test")
    counter.get_by_role("button", name="Find").click()
    expect(counter.locator("#who-said")).to_contain_text("Nobody is known")
    counter.get_by_role("button", name="Add them").click()
    counter.get_by_label("Name").fill("Anna")
    counter.get_by_label("Yes, by e-mail").check()
    with counter.expect_response("**/till/sync"):
        counter.get_by_role("button", name="Note it").click()
    expect(counter.locator("#known-name")).to_have_text("Anna")
    with counter.expect_response("**/till/sync"):
        rung_up(counter, "Soccer", "24,90")
    expect(counter.locator("#done-said")).to_contain_text("£24.90")
    order = Event.objects.get(name="Order Completed")
    assert json.loads(order.properties)["products"][0]["category"] == "Soccer"
    assert Identifier.objects.get(value="anna@shop.test").node_id == order.node_id
    assert Consent.objects.get().wording == "Yes, news by mail."
    counter.get_by_role("button", name="Next customer").click()
    counter.get_by_text("Last sales").click()
    counter.get_by_role("button", name="Bring back").dblclick()
    expect(counter.locator("#sales")).to_contain_text("brought back")
    expect(counter.locator("#problem")).to_have_text("")  # the second click was none
    assert json.loads(Event.objects.get(name="Order Refunded").properties)["total"] == "24.90"
    assert checks.faults(counter) == []


def test_without_a_connection_the_till_goes_on_and_catches_up_once(counter):
    counter.evaluate("navigator.serviceWorker.ready.then(() => true)")
    counter.wait_for_function("caches.open('till-1').then(async (kept) => (await kept.keys()).length > 4)")
    counter.context.set_offline(True)
    counter.reload()
    counter.get_by_placeholder("E-mail, phone or card").fill("ben@shop.test")
    counter.get_by_role("button", name="Find").click()
    expect(counter.locator("#who-said")).to_contain_text("No connection")
    for amount in ("10", "5.50"):
        rung_up(counter, "Running", amount)
        expect(counter.locator("#done-said")).to_contain_text("sent when the connection is back")
        counter.get_by_role("button", name="Next customer").click()
    expect(counter.locator("#line")).to_have_text("no connection · 2 waiting")
    assert not Event.objects.exists()
    counter.context.set_offline(False)
    expect(counter.locator("#line")).to_have_text("connected")
    orders = Event.objects.filter(name="Order Completed").order_by("id")
    assert [json.loads(one.properties)["total"] for one in orders] == ["10.00", "5.50"]
    assert Identifier.objects.filter(value="ben@shop.test", node_id=orders[0].node_id).exists()


def test_a_reward_is_taken_for_points_and_pays_for_the_goods(counter):
    at = now_us()
    counter.get_by_placeholder("E-mail, phone or card").fill("anna@shop.test")
    counter.get_by_role("button", name="Find").click()
    counter.get_by_role("button", name="Add them").click()
    counter.get_by_role("button", name="Note it").click()
    expect(counter.locator("#known-name")).to_have_text("anna@shop.test")
    programme = create_programme(name="Club", rules=RULES, starts_us=at, by="user:1", at=at)
    node = Identifier.objects.get(value="anna@shop.test").node_id
    ledger.post_earn(programme_id=programme.id, node_id=node, source="hand", key="gift", amount=400,
                     occurred_us=at, activates_us=at, expires_us=None, cause="gift", at=at)  # fmt: skip
    terms = {"name": "Five off", "kind": "money", "worth": 500, "currency": "GBP", "points": 300}
    save_reward(terms=terms, by="user:1", at=at)
    for loop in ("consumers", "profiles"):
        while LOOPS[loop].step(at):
            pass
    counter.get_by_role("button", name="Find").click()
    expect(counter.locator("#known-points")).to_contain_text("400 points")
    counter.get_by_role("button", name="Take it for 300 points").click()
    counter.get_by_role("button", name="Sure? Press again for 300 points").click()
    expect(counter.locator("#codes")).to_contain_text("Five off")
    expect(counter.locator("#known-points")).to_contain_text("100 points")
    assert checks.faults(counter) == [] and checks.too_wide(counter) <= 0
    rung_up(counter, "Soccer", "24.90")
    expect(counter.locator("#done-said")).to_contain_text("£19.90")


@pytest.mark.parametrize("width", [390, 1024])
def test_the_till_fits_a_phone_and_a_tablet(counter, width):
    counter.set_viewport_size({"width": width, "height": 800})
    assert checks.too_wide(counter) <= 0 and checks.faults(counter) == []
