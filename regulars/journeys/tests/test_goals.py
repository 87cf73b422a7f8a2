"""A goal that is a condition: who comes to meet it leaves, whatever they wait for."""

from __future__ import annotations

import pytest

from regulars.core.clock import DAY, HOUR
from regulars.journeys import actions
from regulars.journeys.models import Enrolment
from regulars.journeys.rehearsal import replay
from regulars.journeys.tests.cast import did, live, settle, someone
from regulars.journeys.tree import parse
from regulars.segments.models import Segment

pytestmark = pytest.mark.django_db(transaction=True)
TWICE = {"all": [{"event": "Order Completed", "op": ">=", "value": 2}]}
TREE = {
    "start": {"kind": "event", "event": "Signed Up"}, "goal": {"condition": TWICE},
    "steps": [{"id": "w", "kind": "wait", "days": 30}, {"id": "a", "kind": "ask", "text": "Call"}],
}  # fmt: skip


def run_of(person: int) -> Enrolment:
    return Enrolment.objects.get(person_id=person)


def test_who_comes_to_meet_it_leaves_at_once_while_waiting(business, at):
    live(TREE, at)
    anna, bob = someone("anna", at), someone("bob", at)
    for person in (anna, bob):
        did(person, "Signed Up", at + 1)
    settle(at + HOUR)
    did(anna, "Order Completed", at + DAY)
    did(bob, "Order Completed", at + DAY)
    did(anna, "Order Completed", at + 2 * DAY)
    settle(at + 3 * DAY)
    assert (run_of(anna).outcome, run_of(anna).ended_us) == ("goal", at + 3 * DAY)
    assert run_of(bob).ended_us is None


def test_who_met_it_before_entering_leaves_and_is_no_success(business, at):
    live(TREE, at)
    anna = someone("anna", at)
    did(anna, "Order Completed", at + 1)
    did(anna, "Order Completed", at + 2)
    settle(at + HOUR)
    did(anna, "Signed Up", at + DAY)
    settle(at + 2 * DAY)
    assert (run_of(anna).outcome, run_of(anna).why) == ("exited", "met the goal before entering")


def test_the_goal_of_a_version_is_kept_by_the_next_and_goes_with_the_journey(business, at):
    made = live(TREE, at)
    (goal,) = Segment.objects.filter(owner=f"journey:{made.id}")
    actions.publish(journey_id=made.id, by="user:1", at=at + 1)
    assert Segment.objects.filter(owner=f"journey:{made.id}", archived_us=None).get() == goal
    other = {**TREE, "goal": {"condition": {"fact": "orders", "op": ">=", "value": 5}}}
    actions.save_draft(journey_id=made.id, tree=other, by="user:1", at=at + 2)
    actions.publish(journey_id=made.id, by="user:1", at=at + 2)
    left = Segment.objects.get(owner=f"journey:{made.id}", archived_us=None)
    assert left.definition == {"fact": "orders", "op": ">=", "value": 5}
    actions.archive_journey(journey_id=made.id, by="user:1", at=at + 3)
    assert not Segment.objects.filter(owner=f"journey:{made.id}", archived_us=None).exists()


def test_people_of_an_older_version_keep_its_goal(business, at):
    made, anna = live(TREE, at), someone("anna", at)
    did(anna, "Signed Up", at + 1)
    settle(at + HOUR)
    other = {**TREE, "goal": {"condition": {"event": "Order Completed", "op": ">=", "value": 50}}}
    actions.save_draft(journey_id=made.id, tree=other, by="user:1", at=at + 2 * HOUR)
    actions.publish(journey_id=made.id, by="user:1", at=at + 2 * HOUR)
    did(anna, "Order Completed", at + DAY)
    did(anna, "Order Completed", at + DAY)
    settle(at + 2 * DAY)
    assert run_of(anna).outcome == "goal"


def test_a_replay_counts_it(business, at):
    anna, bob = someone("anna", at), someone("bob", at)
    for person in (anna, bob):
        did(person, "Signed Up", at - 50 * DAY)
    did(anna, "Order Completed", at - 40 * DAY)
    did(anna, "Order Completed", at - 39 * DAY)
    settle(at)
    found = replay(parse(TREE, None), since=at - 60 * DAY, until=at)
    assert found.ends["goal"] == 1 and found.entered == 2
