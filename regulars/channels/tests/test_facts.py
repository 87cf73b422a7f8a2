"""Every fact of this room gives the same answer from the truth and from the lake's tables."""

import ibis
import pytest

from regulars.channels import facts
from regulars.channels.delivery.telling import tell_contacts
from regulars.channels.models import Contact
from regulars.core.clock import DAY, MINUTE
from regulars.core.plugs import registry
from regulars.events.inside import Noticed, note_events
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.people.actions import merge_people
from regulars.people.models import Touch

pytestmark = pytest.mark.django_db
FACTS = [fact for fact in registry.facts.values() if fact.room == "channels"]
TABLES = ("nodes", "contacts", "events")


class Tables:
    """What a fact's lake reader is given."""

    def __init__(self, now_us: int) -> None:
        self.now_us = ibis.literal(now_us, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.fixture
def people(make_people, at):
    """Anna of two records, written to often; Ben, written to long ago; Cleo, never."""
    anna, ben, cleo, second = sorted(make_people(4))
    merge_people(a=anna, b=second, by="user:1", at=at, evidence={})
    for n, (node, ago) in enumerate([(anna, 1), (second, 3), (anna, 40), (ben, 31), (ben, 30)]):
        Contact.objects.create(node_id=node, message_id=-n - 1, channel="email", at=at - ago * DAY)
    said = [(anna, "Email Opened", 2), (second, "Email Opened", 1), (anna, "Email Link Clicked", 3)]
    said += [(ben, "Email Opened", -1)]
    events = [Noticed(node, name, at - ago * DAY, f"e{n}", {}) for n, (node, name, ago) in enumerate(said)]
    note_events(source_id=1, items=events, at=at)
    return [anna, ben, cleo]


def in_lake(fact, at):
    with lake.memory({name: truth.select(registry.replica[name]) for name in TABLES}) as snapshot:
        return {row["person_id"]: (row["value"], row["next_us"]) for row in snapshot.rows(fact.lake(Tables(at)))}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
@pytest.mark.parametrize("later", [0, DAY, 2 * DAY])
def test_the_truth_and_the_lake_agree(people, fact, later, at):
    now = getattr(facts, fact.name)(people, at + later)
    found = {person: value for person, (value, _) in in_lake(fact, at + later).items() if value is not None}
    assert found == now
    assert now


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_lake_names_the_moment_of_the_next_change(people, fact, at):
    for person, (value, next_us) in in_lake(fact, at).items():
        if next_us is not None:
            assert in_lake(fact, next_us - 1)[person][0] == value
            after = in_lake(fact, next_us).get(person, (None, None))[0]
            assert after != value


def test_messages_count_for_thirty_days_over_all_records(people, at):
    anna, ben, cleo = people
    assert facts.messages_30d(people, at) == {anna: 2}
    assert facts.last_message(people, at) == {anna: at - DAY, ben: at - 30 * DAY}
    assert facts.last_opened(people, at) == {anna: at - DAY}
    assert cleo not in facts.last_clicked(people, at)


def test_who_was_written_to_is_looked_at_again_a_minute_later_and_once(people, at):
    Touch.objects.all().delete()
    Contact.objects.create(node_id=people[2], message_id=-99, channel="email", at=at)
    tell_contacts(at)
    assert set(Touch.objects.values_list("person_id", flat=True)) == set(people[:2])
    Touch.objects.all().delete()
    tell_contacts(at + MINUTE)
    assert list(Touch.objects.values_list("person_id", "cause")) == [(people[2], "derived")]
    Touch.objects.all().delete()
    tell_contacts(at + MINUTE)
    assert not Touch.objects.exists()
