"""Rules tested on the last month before they go live."""

import pytest

from regulars.core.clock import DAY
from regulars.loyalty.actions.members import join
from regulars.loyalty.actions.rehearsing import rehearse
from regulars.loyalty.actions.rules import draft_book, live_book, save_draft
from regulars.loyalty.ledger import spend
from regulars.loyalty.models import Earned, Finding, Standing, Txn
from regulars.loyalty.story.telling import tell_story
from regulars.loyalty.tests.programme.shop import NOW, PER_POUND, TIERS, begin, buys, settle, someone

pytestmark = pytest.mark.django_db
BALLS = {"key": "balls", "kind": "times", "factor": 3, "only": {"categories": ["balls"]}}


@pytest.fixture
def club(business):
    """Alice bought balls, Bob boots, Chen something long ago."""
    club = begin(PER_POUND, tiers=TIERS)
    buys(someone("alice"), "A1", ("balls", 40.0, 1), at=NOW - 5 * DAY)
    buys(someone("bob"), "B1", ("boots", 60.0, 1), at=NOW - 6 * DAY)
    buys(someone("chen"), "C1", ("balls", 90.0, 1), at=NOW - 60 * DAY)
    settle()
    return club


def test_the_difference_shows_points_rules_and_who_gains(club):
    half = {**PER_POUND, "per": 200}
    save_draft(programme_id=club.id, book={"rules": [half, BALLS]}, by="user:1", at=NOW)
    rehearse(programme_id=club.id, at=NOW)
    found = Finding.objects.get(name="rehearsal").content
    assert (found["people"], found["orders"], found["points"]) == (2, 2, [100, 60 + 30])
    assert found["rules"] == [["every", 100, 90]]
    assert [row[1:] for row in found["gain"]] == [[40, 60]]
    assert [row[1:] for row in found["lose"]] == [[60, 30]]


def test_a_rehearsal_posts_nothing(club):
    before = [list(model.objects.order_by("pk").values()) for model in (Txn, Earned, Standing)]
    save_draft(programme_id=club.id, book={"rules": [BALLS, {**PER_POUND, "points": 9}]}, by="user:1", at=NOW)
    rehearse(programme_id=club.id, at=NOW)
    assert [list(model.objects.order_by("pk").values()) for model in (Txn, Earned, Standing)] == before


def test_a_draft_that_is_what_is_live_is_none(club):
    club.refresh_from_db()
    save_draft(programme_id=club.id, book=live_book(club), by="user:1", at=NOW)
    club.refresh_from_db()
    assert club.draft is None
    assert draft_book(club) == live_book(club)


def test_the_story_adds_up(club):
    alice = someone("alice")
    later = NOW + 60 * DAY
    spend(programme_id=club.id, node_id=alice, source="till", key="1", amount=15, at=later)
    tell_story(at=later)
    found = Finding.objects.get(name="story").content
    sums = found["sums"]
    assert (sums["granted"], sums["spent"], sums["members"], sums["spenders"]) == (190, 15, 3, 1)
    assert sums["outstanding"] == 190 - 15
    assert sum(earned for _, earned, _ in found["months"]) == 190
    assert found["way"] == "spent"


def test_who_joined_stands_beside_who_bought_as_much_and_had_not(business):
    club = begin(PER_POUND, membership="joined", wording="Collect points.", days_ago=400)
    joined_us = NOW - 150 * DAY
    for n in range(24):
        node = someone(f"p{n}", at=NOW - 380 * DAY)
        buys(node, f"A{n}", ("balls", 50.0, 1), at=joined_us - 10 * DAY)
        if n % 2:
            join(programme_id=club.id, node_id=node, how="till", by="user:1", at=joined_us)
            buys(node, f"B{n}", ("balls", 30.0, 1), at=joined_us + 60 * DAY)
        elif n % 4:
            buys(node, f"B{n}", ("balls", 30.0, 1), at=joined_us + 60 * DAY)
    settle()
    tell_story(at=NOW)
    found = Finding.objects.get(name="story").content
    assert found["way"] == "joined"
    spent, bought = found["spent_after"], found["bought_after"]
    assert (spent["came"], spent["matched"], spent["alike"]) == (12, 12, 12)
    assert (spent["theirs"], spent["others"], spent["difference"]) == (3000, 1500, 1500)
    assert spent["low"] < 1500 < spent["high"]
    assert bought["difference"] == 0.5
