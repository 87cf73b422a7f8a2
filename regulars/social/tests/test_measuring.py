"""What social brought: who engaged, who came by a link and bought, what was counted and what never is."""

from __future__ import annotations

import ibis
import pytest

from regulars.channels.networks import authors
from regulars.channels.networks.models import Author, Post, PostState
from regulars.commerce.models import Order
from regulars.core.clock import DAY, HOUR
from regulars.core.plugs import registry
from regulars.events.consumers import Entry
from regulars.events.models import Event
from regulars.inbox.actions import prove_author, undo_proof
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.people.actions import Sighting, erase_person, merge_people, record_sightings
from regulars.people.models import Node, Person
from regulars.people.queries import person_id_of
from regulars.social.actions import counting, handing, ruling
from regulars.social.actions.engaging import ENGAGED, FOLLOWED, note_visits
from regulars.social.measuring import facts
from regulars.social.measuring.money import bought, by_month
from regulars.social.measuring.results import active_hours
from regulars.social.models import Engaged, Link, LinkDay, Plan, Visitor
from regulars.social.tests import hearing
from regulars.social.tests.press import ANN, MONDAY, account, planned, use_networks, variant

pytestmark = pytest.mark.django_db
FACTS = [fact for fact in registry.facts.values() if fact.name in ("engaged_90d", "last_engaged", "clicks_social")]
URL = "https://shop.example/boots"


@pytest.fixture(autouse=True)
def _networks(monkeypatch, business):
    use_networks(monkeypatch)


def person(number: int) -> int:
    Node.objects.create(id=number, namespace="web", kind="user", key=f"u{number}", person_id=number, created_us=0)
    Person.objects.create(id=number, first_us=0, last_us=0, created_us=0)
    return number


def out(objective: str = "", text: str = f"See {URL}") -> Plan:
    """A post that is there, with its link."""
    drive = ruling.keep_drive(name=f"Drive {objective} {text}", objective=objective, by=ANN, at=MONDAY)
    plan = planned(account(), text=text, drive_id=drive.id)
    handing.hand_over_due(at=variant(plan).due_us)
    Post.objects.filter(key=variant(plan).post_key).update(state=PostState.CONFIRMED, external=f"at:{plan.id}")
    return plan


def visit(node: int, plan: Plan, ts: int, number: int = 1) -> int:
    """A page view of the shop that carries the code of the post's link."""
    code = Link.objects.get(plan_id=plan.id).code
    said = {"url": f"{URL}?utm_source=alpha&rg={code}", "path": "/boots"}
    return note_visits([Entry(number, 1, node, 1, "web", "Page", ts, said)], at=ts)


def order(node: int, ts: int, minor: int) -> None:
    number = Order.objects.count() + 1
    Order.objects.create(
        id=number, namespace="web", number=str(number), node_id=node, source_id=1, ts=ts, day=ts // DAY,
        currency="GBP", total=minor, base_total=minor, base_refunded=0, updated_us=0,
    )  # fmt: skip


def test_a_link_counts_people_apart_from_machines_and_a_device_once_a_day():
    out()
    code = Link.objects.get().code

    def come(visitor: str, at: int = MONDAY, agent: str = "Firefox", machine: bool = False) -> None:
        assert counting.follow(code=code, agent=agent, machine=machine, visitor=visitor, at=at).startswith(URL)

    for visitor in ("a", "a", "b"):
        come(visitor)
    come("c", machine=True)
    come("d", agent="http.rb/5.1 (Mastodon/4.3; +https://m.example/)")
    come("a", at=MONDAY + DAY)
    rows = list(LinkDay.objects.order_by("day").values_list("people", "machines", "doubles"))
    assert rows == [(2, 2, 1), (1, 0, 0)]
    counting.forget_visitors(at=MONDAY + 4 * DAY)
    assert not Visitor.objects.exists()


def test_a_visit_by_a_link_of_ours_is_noted_once_a_day_and_nobody_elses_is():
    plan = out()
    alice = person(1)
    assert visit(alice, plan, MONDAY + 2 * DAY) == 1
    assert visit(alice, plan, MONDAY + 2 * DAY + HOUR, 2) == 0
    assert note_visits([Entry(3, 1, alice, 1, "web", "Page", MONDAY, {"url": f"{URL}?rg=aaaaaaa"})], at=MONDAY) == 0
    assert Engaged.objects.get().plan_id == plan.id
    assert Event.objects.filter(name=FOLLOWED).count() == 1


def test_only_authors_proven_to_be_persons_engage_and_deleted_words_no_longer_count():
    plan = out()
    where = variant(plan).account_id
    alice = person(1)
    said = hearing.say(type("A", (), {"id": where}), "alice", "Lovely boots!", MONDAY + 3 * DAY, kind="comment",
                       to_us=True, thread=f"at:{plan.id}")  # fmt: skip
    assert not Engaged.objects.exists()
    author = Author.objects.get(handle="alice")
    authors.prove_author(author_id=author.id, node_id=alice, proof="said", by=ANN, at=MONDAY + 4 * DAY)
    found = Engaged.objects.get()
    assert (found.node_id, found.kind, found.plan_id) == (alice, "comment", plan.id)
    assert Event.objects.filter(name=ENGAGED, node_id=alice).count() == 1
    hearing.change(said, MONDAY + 5 * DAY, deleted_us=MONDAY + 5 * DAY)
    assert not Engaged.objects.exists()


def test_a_proof_that_is_taken_back_takes_what_they_did_with_it():
    plan = out()
    alice = person(1)
    hearing.say(type("A", (), {"id": variant(plan).account_id}), "alice", "Nice", MONDAY, kind="comment", to_us=True)
    author = Author.objects.get(handle="alice")
    authors.prove_author(author_id=author.id, node_id=alice, proof="said", by=ANN, at=MONDAY)
    assert Engaged.objects.count() == 1
    authors.forget_proof(author_id=author.id, by=ANN, at=MONDAY)
    assert not Engaged.objects.exists()


@pytest.mark.parametrize("proof", ["colleague", "email"])
def test_what_was_told_of_an_author_leaves_the_person_with_the_proof_in_the_truth_and_the_lake(proof):
    plan = out()
    node = record_sightings(
        sightings=[Sighting("shop", (("user", "alice"),), (("email", "alice@shop.example"),), {}, (), MONDAY)],
        source_id=1, at=MONDAY,
    )[0]  # fmt: skip
    alice = person_id_of([node])[node]
    hearing.say(type("A", (), {"id": variant(plan).account_id}), "ada", "Lovely boots!", MONDAY, kind="comment",
                to_us=True, thread=f"at:{plan.id}")  # fmt: skip
    how = {"email": {"email": "alice@shop.example"}, "colleague": {"person_id": alice, "evidence": "She told me so"}}
    said = {"author_id": Author.objects.get(handle="ada").id, "proof": proof, "by": ANN, **how[proof]}
    proven = prove_author(at=MONDAY + DAY, **said)
    assert engaged([alice]) == {alice: 1}
    undo_proof(proof_id=proven.id, by=ANN, at=MONDAY + 2 * DAY)
    assert engaged([alice]) == {} and not Engaged.objects.exists()
    assert person_id_of([node]) == {node: alice}
    prove_author(at=MONDAY + 3 * DAY, **said | {"proof": "colleague", "person_id": alice, "evidence": "It is her"})
    assert engaged([alice]) == {alice: 1}


def engaged(people: list[int]) -> dict[int, int]:
    """How often they engaged, as both readers say."""
    now = facts.engaged_90d(people, MONDAY + 10 * DAY)
    with lake.memory({name: truth.select(registry.replica[name]) for name in ("nodes", "events")}) as snapshot:
        tables = Tables()
        tables.now_us = ibis.literal(MONDAY + 10 * DAY, "int64")
        rows = snapshot.rows(registry.facts["engaged_90d"].lake(tables))
    assert {row["person_id"]: row["value"] for row in rows if row["person_id"] in people} == now
    return now


def test_an_order_counts_for_the_last_link_followed_before_it_within_the_window():
    ruling.change_rules(window_days=7, by=ANN, at=MONDAY)
    keep, win = out("retain"), out("acquire", f"Tents: {URL}")
    alice, bob = person(1), person(2)
    visit(alice, keep, MONDAY + 2 * DAY, 1)
    visit(alice, win, MONDAY + 3 * DAY, 2)
    visit(bob, keep, MONDAY + 2 * DAY, 3)
    order(alice, MONDAY + 4 * DAY, 5000)
    order(bob, MONDAY + 2 * DAY - HOUR, 900)
    order(bob, MONDAY + 12 * DAY, 700)
    found = bought(since=0, until=MONDAY + 30 * DAY, window_days=7)
    assert [(one.person_id, one.minor, one.plan_id) for one in found] == [(alice, 5000, win.id)]


def test_a_merged_persons_other_record_counts_too():
    plan = out("retain")
    alice, second = person(1), person(2)
    visit(alice, plan, MONDAY + 2 * DAY)
    order(second, MONDAY + 3 * DAY, 4000)
    assert bought(since=0, until=MONDAY + 30 * DAY, window_days=7) == []
    merge_people(a=alice, b=second, by=ANN, at=MONDAY + 4 * DAY, evidence={})
    assert [one.minor for one in bought(since=0, until=MONDAY + 30 * DAY, window_days=7)] == [4000]


def test_what_a_pound_gives_carries_an_interval_and_a_month_without_cost_says_nothing_of_it():
    plan = out("retain")
    for n in range(1, 21):
        visit(person(n), plan, MONDAY + 2 * DAY, n)
        order(n, MONDAY + 3 * DAY, 5000)
    ruling.note_cost(month="2026-09", objective="retain", what="Advertisements", minor=20_000, by=ANN, at=MONDAY)
    lines = by_month(bought(since=0, until=MONDAY + 30 * DAY, window_days=7), months=["2026-09"])
    (line,) = lines
    estimate, low, high = line.per
    assert (line.spent, line.came.orders, line.people, estimate) == (20_000, 20, 20, 5.0)
    assert 2.5 < low < 5 < high < 7.5
    ruling.note_cost(month="2026-09", objective="retain", what="Advertisements", minor=0, by=ANN, at=MONDAY)
    assert by_month(bought(since=0, until=MONDAY + 30 * DAY, window_days=7), months=["2026-09"])[0].per is None


class Tables:
    """What a fact's lake reader is given."""

    now_us = ibis.literal(MONDAY + 100 * DAY, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_the_truth_and_the_lake_agree(fact):
    plan = out()
    people = [person(n) for n in (1, 2, 3)]
    visit(1, plan, MONDAY + 2 * DAY, 1)
    visit(1, plan, MONDAY + 99 * DAY, 2)
    visit(2, plan, MONDAY + 20 * DAY, 3)
    now = getattr(facts, fact.name)(people, MONDAY + 100 * DAY)
    with lake.memory({name: truth.select(registry.replica[name]) for name in ("nodes", "events")}) as snapshot:
        rows = snapshot.rows(fact.lake(Tables()))
    found = {row["person_id"]: row["value"] for row in rows if row["value"] is not None}
    assert found == now
    assert 1 in now and 3 not in now


def test_erasing_somebody_forgets_that_they_engaged():
    plan = out()
    visit(person(1), plan, MONDAY + 2 * DAY)
    erase_person(person_id=1, by=ANN, at=MONDAY + 3 * DAY)
    assert not Engaged.objects.exists()


def test_the_hours_of_customers_are_those_of_the_shops_clock():
    person(1)
    for week in range(3):
        order(1, MONDAY + HOUR - (week + 1) * 7 * DAY, 100)
    hours = active_hours(at=MONDAY + 2 * HOUR)
    assert (hours[11], sum(hours)) == (3, 3)
