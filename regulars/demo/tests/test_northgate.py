"""Northgate Sports is reproducible, harms nobody, and is what its truth says it is."""

import csv
import json
from collections import Counter
from itertools import islice

import msgspec
import numpy as np
import pytest

from regulars.demo import generate
from regulars.demo.purchases import TRUE_PURCHASES, TRUE_SPEND
from regulars.demo.words import LANDLINE_PREFIXES, MOBILE_PREFIX, PLACEHOLDER_PHONES
from regulars.insights.btyd import PurchaseDays, fit_bgnbd, fit_gammagamma, histories_from_purchases
from regulars.insights.rhythm import NEVER, rhythm

END = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def shop():
    return generate(seed=1, people=6_000, end_us=END)


@pytest.fixture(scope="module")
def told(shop):
    return list(shop.events())


def of(told, name):
    return [event for _, event in told if event.get("event", event["type"]) == name]


def test_the_same_seed_tells_the_same_shop_again():
    one, two = (generate(seed=5, people=300, end_us=END) for _ in range(2))
    assert list(one.events()) == list(two.events()) == list(one.events())
    assert list(islice(generate(seed=6, people=300, end_us=END).events(), 50)) != list(islice(one.events(), 50))


def test_events_come_in_order_of_time_and_none_after_the_end(told):
    times = [event["timestamp"] for _, event in told]
    assert times == sorted(times) and times[-1] < "2026-09-21T14:13:20"


def test_events_are_plain_data(told):
    for _, event in told:
        assert msgspec.json.decode(msgspec.json.encode(event)) == event


def test_message_ids_are_unique_per_source(told):
    assert max(Counter((source, event["messageId"]) for source, event in told).values()) == 1


def test_an_account_is_opened_before_it_buys_and_known_to_the_truth(shop, told):
    known = {(row["source"], row["user_id"]) for row in shop.truth}
    opened = set()
    for source, event in told:
        if event["type"] == "identify":
            opened.add((source, event["userId"]))
        elif "userId" in event:
            assert (source, event["userId"]) in opened
    assert opened == known


def test_orders_add_up_to_what_was_drawn_and_never_cost_more_than_the_list(shop, told):
    orders = of(told, "Order Completed")
    assert sum(round(o["properties"]["total"] * 100) for o in orders) == int(shop.bought.amount.sum())
    for order in orders:
        listed = sum(p["price"] * p["quantity"] for p in order["properties"]["products"])
        assert listed - order["properties"]["discount"] == pytest.approx(order["properties"]["total"])
        assert order["properties"]["discount"] >= 0


def test_refunds_are_of_orders_made_before_and_not_above_what_was_paid(told):
    paid = {
        o["properties"]["order_id"]: (o["timestamp"], o["properties"]["total"]) for o in of(told, "Order Completed")
    }
    refunds = of(told, "Order Refunded")
    assert 0.04 < len(refunds) / len(paid) < 0.07
    for refund in refunds:
        when, total = paid[refund["properties"]["order_id"]]
        assert refund["timestamp"] > when and 0 < refund["properties"]["total"] <= total


def test_nobody_real_can_be_written_to_or_called(told):
    for event in of(told, "identify"):
        traits = event["traits"]
        assert traits.get("email", "@example.org").rpartition("@")[2] in ("example.org", "example.com", "example.net")
        phone = traits.get("phone", PLACEHOLDER_PHONES[0]).replace(" ", "")
        drama = [prefix.replace(" ", "") for prefix in (*LANDLINE_PREFIXES, MOBILE_PREFIX)]
        assert phone == "0000000000" or (phone[:-3] in drama and phone[-3:].isdigit())


def test_the_true_parameters_are_found_in_the_purchases(shop):
    bought, today = shop.bought, END // 86_400_000_000 - 1
    found = histories_from_purchases(
        customer=bought.person, day=bought.day, amount=bought.amount / 100, as_of_day=today
    )
    fits = (
        (fit_bgnbd(found.histories), TRUE_PURCHASES),
        (fit_gammagamma(found.histories.x, found.mean_spend), TRUE_SPEND),
    )
    for fit, truth in fits:
        apart = (np.array(list(truth.values())) - fit.parameters) / fit.optimum.standard_errors
        assert np.abs(apart).max() < 3.5


def test_most_who_count_as_drifting_have_really_left(shop):
    bought, today = shop.bought, END // 86_400_000_000 - 1
    days = PurchaseDays.of(customer=bought.person, day=bought.day, amount=bought.amount)
    found = rhythm(days, fit_bgnbd(days.purchases(today).histories))
    drifting = (found.drifts_on != NEVER) & (found.drifts_on <= today) & (today < found.gone_on)
    left = bought.left_day >= 0
    assert drifting.sum() > 100 and left[drifting].mean() > 0.65 > left[found.drifts_on != NEVER].mean()


def test_seasons_show_in_the_calendar(shop):
    month = shop.bought.day.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 + 1
    weekday = (shop.bought.day + 3) % 7
    assert (month == 12).sum() > 1.15 * (month == 2).sum()
    assert (weekday == 5).sum() > 1.4 * (weekday == 0).sum()


def test_there_are_traps_for_linkage_of_every_kind(shop):
    traps = Counter(trap for account in shop.accounts for trap in account.differs)
    for kind in ("nickname", "typo in surname", "new surname", "moved", "other e-mail", "placeholder phone"):
        assert traps[kind] >= 10
    per_person = Counter(account.person for account in shop.accounts)
    assert 0.15 < sum(n > 1 for n in per_person.values()) / len(per_person) < 0.35


def test_consents_are_asked_given_and_taken_back(told):
    said = Counter()
    for event in of(told, "Segment Consent Preference Updated"):
        said.update((entry["channel"], entry["state"]) for entry in event["context"]["consents"])
    for channel in ("email", "sms", "post"):
        assert 0 < said[channel, "withdrawn"] < 0.25 * said[channel, "granted"]
    assert said["email", "pending"] > 100


def test_the_truth_is_kept_beside_the_data(shop, tmp_path):
    shop.write_truth(tmp_path / "truth")
    assert json.loads((tmp_path / "truth/parameters.json").read_text())["bgnbd"] == TRUE_PURCHASES
    with (tmp_path / "truth/accounts.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(shop.accounts) and rows[0]["user_id"] == shop.accounts[0].user_id
    with (tmp_path / "truth/people.csv").open() as file:
        left = [row["left"] for row in csv.DictReader(file)]
    assert len(left) == 6_000 and 0.2 < sum(map(bool, left)) / 6_000 < 0.5


def test_carts_are_mostly_bought_and_some_are_left_behind(told):
    bought = {(order["userId"], order["timestamp"][:10]) for order in of(told, "Order Completed")}
    put = [event for event in of(told, "Product Added") if "userId" in event]
    left = [event for event in put if (event["userId"], event["timestamp"][:10]) not in bought]
    assert 0.05 < len(left) / len(put) < 0.5
