"""Every fact of this room gives the same answer from the truth and from the lake's tables."""

import ibis
import pytest

from regulars.core.clock import DAY, HOUR
from regulars.core.plugs import registry
from regulars.feedback import actions, facts
from regulars.feedback.models import Response
from regulars.feedback.tests.cast import MONDAY, asked, running, someone
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.people.actions import merge_people
from regulars.people.models import Touch

pytestmark = pytest.mark.django_db
FACTS = [fact for fact in registry.facts.values() if fact.room == "feedback"]


class Tables:
    """What a fact's lake reader is given."""

    now_us = ibis.literal(MONDAY, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.fixture
def people(business):
    """Alice answered twice, by two records; Bob's answer was left out; Chen answered what is anonymous; Dora CSAT."""
    alice, bob, chen, dora, second = (someone(name) for name in ("alice", "bob", "chen", "dora", "alice2"))
    survey, quiet = running(rest_days=0), running(name="Quiet", anonymous=True)
    csat = running(name="Fine?", kind="csat")
    scores = ((survey, alice, 9), (survey, bob, 3), (survey, second, 5), (quiet, chen, 1), (csat, dora, 5))
    for n, (which, person, score) in enumerate(scores):
        one = asked(which, person, at=MONDAY + n * HOUR)
        actions.answer(invitation_id=one.id, said={"score": str(score)}, at=MONDAY + n * HOUR)
    merge_people(a=alice, b=second, by="user:1", at=MONDAY + DAY, evidence={})
    bobs = Response.objects.get(node_id=bob).id
    actions.exclude(response_id=bobs, why="a test of our own", by="user:1", at=MONDAY + DAY)
    return [min(alice, second), bob, chen, dora]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_truth_and_the_lake_agree(people, fact):
    now = getattr(facts, fact.name)(people)
    with lake.memory({name: truth.select(registry.replica[name]) for name in ("nodes", "answers")}) as snapshot:
        found = {row["person_id"]: row["value"] for row in snapshot.rows(fact.lake(Tables()))}
    assert {person: found[person] for person in people if person in found} == now
    assert now


def test_the_last_answer_of_all_records_counts_and_no_anonymous_or_excluded_one(people):
    alice, _bob, _chen, dora = people
    assert facts.last_nps(people) == {alice: 5}
    assert facts.last_nps_group(people) == {alice: "detractor"}
    assert facts.surveys_answered(people) == {alice: 2, dora: 1}


def test_who_answered_is_looked_at_again(business):
    alice = someone("alice")
    one = asked(running(), alice)
    Touch.objects.all().delete()
    actions.answer(invitation_id=one.id, said={"score": "9"}, at=MONDAY)
    assert alice in set(Touch.objects.values_list("person_id", flat=True))
    Touch.objects.all().delete()
    actions.exclude(response_id=Response.objects.get().id, why="test", by="user:1", at=MONDAY)
    assert set(Touch.objects.values_list("person_id", flat=True)) == {alice}
