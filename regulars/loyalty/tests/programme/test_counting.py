"""Orders become points, tiers and thresholds; returns undo them."""

import pytest

from regulars.core.clock import DAY
from regulars.loyalty.models import Due, Standing
from regulars.loyalty.tests.programme.shop import (
    NOW,
    TIERS,
    all_again,
    begin,
    brings_back,
    buys,
    cancels,
    has,
    settle,
    someone,
    tier,
)

pytestmark = pytest.mark.django_db


def test_an_order_gives_points_that_wait_for_the_return_window(business):
    club, alice = begin(), someone()
    buys(alice, "A1", ("balls", 20.0, 2))
    settle()
    assert (has(club, alice).pending, has(club, alice).active) == (40, 0)
    assert has(club, alice, NOW + 31 * DAY).active == 40


def test_without_a_programme_nothing_is_noted(business):
    buys(someone(), "A1", ("balls", 20.0, 2))
    assert not Due.objects.exists()


def test_what_was_bought_since_the_start_counts_when_a_programme_begins(business):
    alice = someone()
    buys(alice, "A1", ("balls", 20.0, 1), at=NOW - 100 * DAY)
    buys(alice, "A2", ("balls", 30.0, 1), at=NOW - 50 * DAY)
    club = begin(days_ago=60)
    all_again(club)
    assert has(club, alice).active == 30


def test_counting_again_changes_nothing(business):
    club, alice = begin(tiers=TIERS), someone()
    buys(alice, "A1", ("balls", 200.0, 1))
    settle()
    before = has(club, alice), Standing.objects.values().get()
    all_again(club)
    assert (has(club, alice), Standing.objects.values().get()) == before


def test_a_return_takes_back_what_the_rest_would_not_have_earned(business):
    club, alice = begin(), someone()
    buys(alice, "A1", ("balls", 20.0, 2), ("boots", 55.5, 1))
    settle()
    assert has(club, alice).pending == 95
    brings_back(alice, "A1", ("balls", 20.0, 1))
    settle()
    assert has(club, alice).pending == 75
    brings_back(alice, "A1")
    settle()
    assert has(club, alice).pending == 0


def test_an_order_dated_ahead_counts_when_its_time_has_come(business):
    club, alice = begin(tiers=TIERS), someone()
    buys(alice, "A1", ("balls", 120.0, 1), at=NOW + DAY)
    settle()
    assert has(club, alice).pending == 0
    settle(NOW + DAY)
    assert (has(club, alice).pending, tier(alice)) == (120, "silver")


def test_a_cancelled_order_earns_nothing(business):
    club, alice = begin(), someone()
    buys(alice, "A1", ("balls", 20.0, 2))
    settle()
    cancels(alice, "A1")
    settle()
    assert has(club, alice).pending == 0


def test_a_tier_is_reached_by_an_order_and_lost_by_its_return_with_its_extra_points(business):
    club, alice = begin(tiers=TIERS), someone()
    buys(alice, "A1", ("boots", 200.0, 1), at=NOW - DAY)
    settle(NOW - DAY)
    assert tier(alice) == "silver"
    buys(alice, "A2", ("balls", 100.0, 1))
    settle()
    assert has(club, alice).pending == 200 + 150
    brings_back(alice, "A1")
    settle()
    assert (tier(alice), has(club, alice).pending) == ("silver", 100)  # by the second order alone
    brings_back(alice, "A2")
    settle()
    assert (tier(alice), has(club, alice).pending) == ("", 0)
