"""Facts of points agree in truth and lake; postings are told to the event log once."""

import ibis
import pytest

from regulars.core.clock import DAY
from regulars.core.plugs import registry
from regulars.events.models import Event
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.loyalty.ledger import facts, news
from regulars.loyalty.models import Programme
from regulars.people.actions import merge_people
from regulars.people.models import Touch

FACTS = ("points", "points_pending", "points_expiring_30d")


@pytest.fixture
def people(books, person, at, monkeypatch):
    """Anna has some of everything, Bob owes, Chen is two, Dora has nothing; seen three days later."""
    Programme.objects.create(id=1, name="Club", starts_us=0, created_us=at, created_by="user:1")
    anna, bob, chen, second, dora = (person() for _ in range(5))
    books.earn(anna, 100, wait=2, live=9)
    books.earn(anna, 30, wait=5)
    books.earn(anna, 7, live=1)
    books.spend(anna, 5)
    books.claw(bob, 20)
    books.earn(bob, 15, wait=1)
    books.earn(chen, 10)
    books.earn(second, 11, live=20)
    merge_people(a=chen, b=second, by="user:1", at=at, evidence={})
    monkeypatch.setattr(facts, "now_us", lambda: at + 3 * DAY)
    return anna, bob, chen, dora


class Tables:
    """What a fact's lake reader is given."""

    def __init__(self, now: int) -> None:
        self.now_us = ibis.literal(now, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.mark.parametrize("name", FACTS)
def test_the_truth_and_the_lake_agree_about_points(people, at, name):
    fact = registry.facts[name]
    read = {table: truth.select(registry.replica[table]) for table in {*fact.gather, "nodes"}}
    with lake.memory(read) as here:
        rows = here.rows(fact.lake(Tables(at + 3 * DAY)))
    anna, _, chen, _ = people
    now = fact.now(list(people))
    assert {row["person_id"]: row["value"] for row in rows} == now
    assert {
        "points": {anna: 100, chen: 21},
        "points_pending": {anna: 30},
        "points_expiring_30d": {anna: 100, chen: 11},
    }[name] == now
    assert all(row["next_us"] is None or row["next_us"] > at + 3 * DAY for row in rows)


@pytest.mark.django_db(transaction=True)
def test_what_was_posted_is_told_to_the_event_log_once(people, at):
    for _ in range(2):
        while news.tell(at + DAY):
            pass
    told = list(Event.objects.filter(name__startswith="Points").order_by("id").values_list("name", flat=True))
    assert told.count("Points Earned") == 6 and told.count("Points Spent") == 1 and "Points Taken Back" in told
    spent = Event.objects.get(name="Points Spent")
    assert spent.node_id == people[0] and '"balance"' in str(spent.properties).replace("'", '"')
    assert Touch.objects.filter(person_id=people[0], cause="derived").exists()


@pytest.mark.django_db(transaction=True)
def test_what_lies_before_the_programme_is_told_to_nobody(books, person, at):
    Programme.objects.create(id=1, name="Club", starts_us=0, created_us=at, created_by="user:1")
    books.earn(person(), 10, occurred_us=at - DAY)
    assert news.tell(at) and not Event.objects.exists()
