"""Points for what is no order."""

import json

import pytest
from django.db import connection

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.log import current_tx
from regulars.events import consumers
from regulars.loyalty.actions.boundary import STEPS, settle_days
from regulars.loyalty.actions.members import card_of
from regulars.loyalty.actions.occasions import give, void_occasion
from regulars.loyalty.models import Occasion, Programme
from regulars.loyalty.tests.programme.shop import NOW, PER_POUND, TIERS, begin, buys, has, settle, someone, tier

pytestmark = pytest.mark.django_db
REVIEW = {"key": "review", "kind": "review", "points": 20}
BIRTHDAY = {"key": "birthday", "kind": "birthday", "points": 100}
RIDE = {"key": "ride", "kind": "event", "points": 5, "event": "Ride Finished"}


def does(node: int, name: str, ts: int, **properties) -> None:
    from regulars.events.models import Event

    columns = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "name", "ts", "received_us",
               "properties", "context")  # fmt: skip
    number = Event.objects.count()
    row = (current_tx(), node, node % 16, 1, f"m{number}", 0, name, ts, ts, json.dumps(properties), "{}")
    bulk.insert(Event, columns, [row])


def everything(at: int) -> None:
    for _ in range(50):
        if not settle_days(at):
            break
    settle(at)


def test_a_review_of_a_product_gives_points_once(business):
    club, alice = begin(REVIEW, RIDE), someone()
    for product in ("p1", "p2", "p1"):
        does(alice, "Product Reviewed", NOW, product_id=product, rating=5)
    does(alice, "Ride Finished", NOW)
    if connection.vendor == "postgresql":
        pytest.skip("within one transaction PostgreSQL shows no entries of the log")
    while consumers.step(NOW):
        pass
    settle()
    assert has(club, alice).active == 45


def test_a_birthday_gives_points_when_its_day_begins_once_a_year(business):
    club = begin(BIRTHDAY)
    alice, leap = someone("alice", birthday="1990-09-22"), someone("leap", birthday="1992-02-29")
    for person in (alice, leap):
        card_of(programme_id=club.id, person_id=person, at=NOW - DAY)
    everything(NOW + DAY)
    everything(NOW + DAY + 1)
    assert (has(club, alice, NOW + DAY).active, has(club, leap, NOW + DAY).active) == (100, 0)
    spring = 1_803_772_800_000_000  # 2027-02-28 00:00 UTC
    everything(spring + 1)
    assert has(club, leap, spring + 1).active == 100


def test_gifts_are_given_once_and_taken_back_with_their_cause(business):
    club, alice = begin(), someone()
    for _ in range(2):
        give(programme_id=club.id, kind="journey", items=[(alice, "j:1:s1", 70, NOW)])
        settle()
    assert has(club, alice).active == 70
    void_occasion(programme_id=club.id, kind="journey", key="j:1:s1", at=NOW + 1)
    settle(NOW + 1)
    assert has(club, alice, NOW + 1).active == 0


def test_a_day_begins_in_its_written_order_and_once(business):
    club, alice = (
        begin(BIRTHDAY, PER_POUND, tiers=TIERS, return_days=0, expiry_months=1),
        someone(birthday="1990-09-22"),
    )
    buys(alice, "A1", ("balls", 120.0, 1), at=NOW - DAY)
    settle(NOW - DAY)
    everything(NOW + DAY)
    programme = Programme.objects.get(id=club.id)
    assert (programme.step, programme.settled_us > NOW) == (0, True)
    assert Occasion.objects.count() == 1
    assert not settle_days(NOW + DAY + 1)
    later = NOW + 500 * DAY
    everything(later)
    assert (tier(alice), has(club, alice, later).active) == ("", 0)


def test_points_of_members_who_are_away_end_some_months_after_their_last_purchase(business):
    club = begin(return_days=0, expiry="active", expiry_months=6)
    alice, bob = someone("alice"), someone("bob")
    buys(alice, "A1", ("balls", 10.0, 1), at=NOW - 100 * DAY)
    buys(bob, "B1", ("balls", 10.0, 1), at=NOW - 100 * DAY)
    buys(bob, "B2", ("balls", 10.0, 1), at=NOW)
    everything(NOW)
    later = NOW + 100 * DAY
    everything(later)
    assert (has(club, alice, later).active, has(club, bob, later).active) == (0, 20)


def test_a_day_that_was_interrupted_goes_on_where_it_was(business):
    begin()
    steps = 0
    while settle_days(NOW):
        steps += 1
        assert Programme.objects.get().step == steps % len(STEPS)
    assert steps == len(STEPS)
