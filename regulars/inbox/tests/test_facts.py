"""Every fact of this room gives the same answer from the truth and from the lake's tables."""

import ibis
import pytest

from regulars.channels.networks.models import Item
from regulars.core.clock import DAY, HOUR
from regulars.core.plugs import registry
from regulars.inbox import facts
from regulars.inbox.actions import close, prove_author, write_answer
from regulars.inbox.actions.readings import note_readings
from regulars.inbox.models import Case
from regulars.inbox.tests.talk import MONDAY, author, hear, said
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.people.models import Touch
from regulars.people.queries import person_id_of

pytestmark = pytest.mark.django_db
FACTS = [fact for fact in registry.facts.values() if fact.room == "inbox"]
LATER = MONDAY + 9 * DAY


class Tables:
    """What a fact's lake reader is given."""

    now_us = ibis.literal(LATER, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.fixture
def people(business, ann):
    """Ada complains and waits, and had a closed conversation before; Bob was answered; Zoe is nobody we know."""
    hear(said("1"), said("2", by="bob"), said("3", by="zoe"), said("4", at=MONDAY + HOUR))
    for name in ("ada", "bob"):
        prove_author(author_id=author(name).id, proof="email", email=f"{name}@shop.example", by="system", at=MONDAY)
    first, bobs, _zoes, _open = Case.objects.order_by("id")
    for case in (first, bobs):
        close(case_id=case.id, outcome="solved", by=ann.by, at=MONDAY + 2 * HOUR)
    Case.objects.filter(author_id=author("ada").id).update(intent="complaint")
    nodes = [author(name).node_id for name in ("ada", "bob")]
    found = person_id_of(nodes)
    return [found[node] for node in nodes]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_truth_and_the_lake_agree(people, fact, monkeypatch):
    monkeypatch.setattr(facts, "now_us", lambda: LATER)
    now = fact.now(people)
    with lake.memory({name: truth.select(registry.replica[name]) for name in ("nodes", "conversations")}) as snapshot:
        found = {row["person_id"]: row["value"] for row in snapshot.rows(fact.lake(Tables()))}
    assert found == now
    assert now


def test_what_is_known_of_ada_and_bob(people):
    ada, bob = people
    assert registry.facts["conversations"].now(people) == {ada: 2, bob: 1}
    assert registry.facts["conversations_open"].now(people) == {ada: 1}
    assert registry.facts["unanswered_complaint"].now(people) == {ada: True}


def test_who_wrote_is_looked_at_again(people):
    Touch.objects.all().delete()
    hear(said("5", at=LATER), at=LATER)
    assert set(Touch.objects.values_list("person_id", flat=True)) == {people[0]}


def test_who_was_answered_or_complains_is_looked_at_again(people, ann):
    case = Case.objects.get(author_id=author("ada").id, closed_us=None)
    Touch.objects.all().delete()
    write_answer(case_id=case.id, text="Yes", way="phone", by=ann.by, at=LATER)
    assert set(Touch.objects.values_list("person_id", flat=True)) == {people[0]}
    Touch.objects.all().delete()
    note_readings([Item.objects.get(external="2").id], at=LATER)
    assert set(Touch.objects.values_list("person_id", flat=True)) == {people[1]}
