"""The step that gives points of the loyalty programme."""

import pytest

from regulars.core.clock import DAY
from regulars.journeys import actions
from regulars.journeys.tests.cast import live, passed, settle, someone
from regulars.journeys.tree import TreeError, parse
from regulars.loyalty.queries import member
from regulars.loyalty.tests.programme.shop import begin
from regulars.loyalty.tests.programme.shop import settle as count
from regulars.segments.catalog import catalog_now

pytestmark = pytest.mark.django_db
TREE = {"start": {"kind": "manual"}, "steps": [{"id": "p", "kind": "points", "points": 70}]}


def test_points_are_given_once_per_run(business, at):
    begin(at=at)
    alice, journey = someone("alice", at - DAY), live(TREE, at)
    actions.enrol_people(journey_id=journey.id, person_ids=[alice], by="user:1", at=at)
    for _ in range(2):
        settle(at)
        count(at)
    assert passed(alice) == ["p"]
    assert member(alice, at=at).have.active == 70


def test_without_a_programme_the_run_goes_on(business, at):
    alice, journey = someone("alice", at - DAY), live(TREE, at)
    actions.enrol_people(journey_id=journey.id, person_ids=[alice], by="user:1", at=at)
    settle(at)
    assert passed(alice) == ["p"]
    assert member(alice, at=at) is None


@pytest.mark.parametrize("points", [0, -5, 1.5, "ten", None])
def test_a_number_of_points_is_asked_for(business, points):
    with pytest.raises(TreeError, match="Points"):
        parse({**TREE, "steps": [{"id": "p", "kind": "points", "points": points}]}, catalog_now())
