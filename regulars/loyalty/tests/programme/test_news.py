"""What members are told: events that journeys can begin on."""

import pytest

from regulars.core.clock import DAY
from regulars.core.plugs import Ask
from regulars.events.models import Event
from regulars.loyalty.actions.rules import publish, save_draft
from regulars.loyalty.actions.thresholds import create_threshold, end_threshold
from regulars.loyalty.models import Crossing, Standing, Voucher
from regulars.loyalty.rewards.handing import hand_out
from regulars.loyalty.rewards.keeping import save_reward
from regulars.loyalty.tests.programme.shop import (
    NOW,
    PER_POUND,
    TIERS,
    all_again,
    begin,
    brings_back,
    buys,
    earned,
    has,
    settle,
    someone,
    tier,
)

pytestmark = pytest.mark.django_db


def told(name: str) -> list[tuple[int, dict]]:
    """(time, properties) of the house's own events."""
    import json

    rows = Event.objects.filter(name=name).order_by("ts", "id").values_list("ts", "properties")
    return [(ts, json.loads(properties)) for ts, properties in rows]


@pytest.fixture
def club(business):
    return begin(tiers=TIERS)


def test_reaching_a_tier_is_told_once_with_the_time_of_the_purchase(club):
    alice = someone()
    buys(alice, "A1", ("balls", 120.0, 1), at=NOW + DAY)
    settle(NOW + 2 * DAY)
    all_again(club, NOW + 3 * DAY)
    assert told("Tier Changed") == [(NOW + DAY, {"tier": "Silver", "before": "", "up": True})]


def test_what_was_so_before_the_programme_began_is_told_to_nobody(business):
    alice = someone()
    buys(alice, "A1", ("balls", 120.0, 1), at=NOW - 30 * DAY)
    club = begin(tiers=TIERS)
    all_again(club)
    assert tier(alice) == "silver"
    assert told("Tier Changed") == []


def test_a_return_that_takes_the_tier_away_is_told(club):
    alice = someone()
    buys(alice, "A1", ("balls", 120.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    brings_back(alice, "A1", at=NOW + 2 * DAY)
    settle(NOW + 2 * DAY)
    assert told("Tier Changed")[-1] == (NOW + 2 * DAY, {"tier": "", "before": "Silver", "up": False})


def test_a_tier_that_will_end_is_announced_once_and_ends_when_it_was_said(club):
    alice = someone()
    buys(alice, "A1", ("balls", 120.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    review = Standing.objects.get().until_us
    for at in (review - 31 * DAY, review - 29 * DAY, review - DAY):
        settle(at)
    assert told("Tier Ending") == [(review - 29 * DAY, {"tier": "Silver", "falls_to": "", "to_keep": 10_000})]
    settle(review - 1)
    assert tier(alice) == "silver"
    settle(review)
    assert tier(alice) == ""
    assert told("Tier Changed")[-1][1] == {"tier": "", "before": "Silver", "up": False}


def test_new_tiers_are_told_to_nobody_but_hold_at_once(club):
    alice = someone()
    buys(alice, "A1", ("balls", 60.0, 1), at=NOW - DAY)
    settle()
    easier = {"levels": [{"key": "silver", "name": "Silver", "least": 5_000}]}
    save_draft(programme_id=club.id, book={"rules": [PER_POUND], "tiers": easier}, by="user:1", at=NOW)
    publish(programme_id=club.id, by="user:1", at=NOW)
    all_again(club, NOW + DAY)
    assert (tier(alice), told("Tier Changed")) == ("silver", [])


def test_points_of_before_stay_as_the_rules_of_then_gave_them(club):
    alice = someone()
    buys(alice, "A1", ("balls", 10.0, 1), at=NOW - DAY)
    settle()
    save_draft(programme_id=club.id, book={"rules": [{**PER_POUND, "points": 5}]}, by="user:1", at=NOW)
    publish(programme_id=club.id, by="user:1", at=NOW)
    buys(alice, "A2", ("balls", 10.0, 1), at=NOW + DAY)
    all_again(club, NOW + DAY)
    assert sorted(earned().values()) == [10, 50]
    assert {rule for _, rule in earned()} == {"1:every", "2:every"}


def vip(club, **more):
    said = {"name": "Soccer friend", "measure": "spent", "amount": 10_000, "only": {"categories": ["balls"]}} | more
    return create_threshold(programme_id=club.id, by="user:1", at=NOW, **said)


def test_a_threshold_is_crossed_by_lines_of_its_category_and_gives_points_and_a_tier(club):
    alice = someone()
    vip(club, points=500, tier="gold")
    buys(alice, "A1", ("balls", 70.0, 1), ("boots", 90.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    assert told("Threshold Crossed") == []
    buys(alice, "A2", ("balls", 30.0, 1), at=NOW + 2 * DAY)
    settle(NOW + 2 * DAY)
    assert told("Threshold Crossed") == [(NOW + 2 * DAY, {"threshold": "Soccer friend"})]
    assert tier(alice) == "gold"
    assert ("threshold:1", "threshold") in {(what[:9] + ":1", rule) for what, rule in earned()}


def test_a_return_undoes_a_threshold_with_all_it_gave(club):
    alice = someone()
    vip(club, points=500, tier="gold")
    buys(alice, "A1", ("balls", 100.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    assert (tier(alice), has(club, alice).pending) == ("gold", 600)
    brings_back(alice, "A1", at=NOW + 2 * DAY)
    settle(NOW + 2 * DAY)
    assert (tier(alice), has(club, alice).pending) == ("", 0)
    assert Crossing.objects.get().undone_us == NOW + 2 * DAY
    assert told("Threshold Undone")[0][1] == {"threshold": "Soccer friend"}


def test_a_code_for_the_threshold_is_for_who_is_across_and_goes_with_what_is_brought_back(club):
    alice, bob = someone("alice"), someone("bob")
    terms = {"name": "VIP", "kind": "percent", "worth": 1_000, "in_texts": "voucher_vip"}
    save_reward(terms=terms | {"threshold_id": vip(club).id}, by="user:1", at=NOW)
    buys(alice, "A1", ("balls", 100.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    asks = [Ask("m:1", alice, 1), Ask("m:2", bob, 1)]
    assert set(hand_out("voucher_vip", asks, NOW + DAY)) == {"m:1"}
    brings_back(alice, "A1", at=NOW + 2 * DAY)
    settle(NOW + 2 * DAY)
    assert Voucher.objects.get().revoked_us == NOW + 2 * DAY
    assert hand_out("voucher_vip", [Ask("m:3", alice, 1)], NOW + 2 * DAY) == {}


def test_an_ended_threshold_is_crossed_by_nobody_but_keeps_who_is_across(club):
    alice, bob = someone("alice"), someone("bob")
    made = vip(club, tier="gold")
    buys(alice, "A1", ("balls", 100.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    end_threshold(threshold_id=made.id, by="user:1", at=NOW + 2 * DAY)
    buys(bob, "B1", ("balls", 100.0, 1), at=NOW + 3 * DAY)
    all_again(club, NOW + 3 * DAY)
    assert (tier(alice), tier(bob)) == ("gold", "silver")
    all_again(club, NOW + 380 * DAY)
    assert tier(alice) == "silver"
