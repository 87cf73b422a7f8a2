"""Persons follow from the evidence alone: checked against the slow and obvious way, in any order, with any undo."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from regulars.people import actions
from regulars.people.actions import Sighting, record_sightings
from regulars.people.limits import limits
from regulars.people.models import Link, Node, Person, Quarantine
from regulars.people.tests.naive import Naive

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=60,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TYPES = {"email": "{}@example.com", "phone": "+44712345670{}", "card": "CARD77{}"}


@pytest.fixture(autouse=True)
def tight_limits(monkeypatch):
    """So that a few sightings reach every limit."""
    monkeypatch.setenv("REGULARS_IDENTITY_LIMITS", "email=2,phone=2,card=2,accounts=4,emails=2,phones=2")
    limits.cache_clear()
    yield
    limits.cache_clear()


# --- what may be seen

keys = st.lists(
    st.one_of(
        st.tuples(st.just("user"), st.sampled_from("1234")),
        st.tuples(st.just("anonymous"), st.sampled_from("abc")),
    ),
    min_size=1,
    max_size=2,
)
identifiers = st.lists(
    st.one_of(
        st.sampled_from("pqrs").map(lambda n: ("email", TYPES["email"].format(n * 3))),
        st.sampled_from("123").map(lambda n: ("phone", TYPES["phone"].format(n))),
        st.sampled_from("58").map(lambda n: ("card", TYPES["card"].format(n))),
    ),
    max_size=2,
)
sightings = st.builds(
    lambda namespace, keys, identifiers, name: Sighting(
        namespace=namespace,
        keys=tuple(keys),
        identifiers=tuple(identifiers),
        traits={"first_name": name} if name else {},
        at=5,
    ),
    st.sampled_from(["shop", "till"]),
    keys,
    identifiers,
    st.sampled_from(["", "", "Dora", "Dorothy", "D", "Erik"]),
)


def persons_now() -> set[frozenset]:
    """The partition that is stored, by keys."""
    found: dict[int, set] = {}
    for node in Node.objects.all():
        found.setdefault(node.person_id, set()).add((node.namespace, node.kind, node.key))
    return {frozenset(group) for group in found.values()}


def node_of(key: tuple[str, str, str]) -> int:
    return Node.objects.get(namespace=key[0], kind=key[1], key=key[2]).id


def see_all(batches) -> None:
    for batch in batches:
        record_sightings(sightings=batch, source_id=1, at=9)


# --- any order


@settings(QUIET, max_examples=100)
@given(seen=st.lists(sightings, max_size=14), data=st.data())
def test_persons_do_not_depend_on_order_or_batches(seen, data):
    results = []
    for order in (seen, data.draw(st.permutations(seen))):
        with transaction.atomic():
            cuts = data.draw(st.lists(st.integers(0, len(order)), max_size=4).map(sorted))
            see_all(order[a:b] for a, b in itertools.pairwise([0, *cuts, len(order)]))
            results.append(persons_now())
            transaction.set_rollback(True)
    assert results[0] == results[1]


# --- merge, then anything, then unmerge


acts = st.one_of(
    sightings.map(lambda s: ("see", s)),
    st.tuples(st.just("merge"), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.just("separate"), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.just("quarantine"), st.sampled_from(["ppp", "qqq"])),
    st.tuples(st.just("release"), st.sampled_from(["ppp", "qqq"])),
)


def play(act, first: list[int]) -> None:
    """One act on the database; nodes are named by their place among those there were at first."""
    match act:
        case ("see", sighting):
            record_sightings(sightings=[sighting], source_id=1, at=9)
        case ("merge", a, b) if first[a % len(first)] != first[b % len(first)]:
            actions.merge_people(a=first[a % len(first)], b=first[b % len(first)], by="user:1", at=9, evidence={})
        case ("separate", a, b) if first[a % len(first)] != first[b % len(first)]:
            actions.separate(a=first[a % len(first)], b=first[b % len(first)], by="user:1", at=9)
        case ("quarantine", who):
            actions.quarantine_value(type="email", value=f"{who}@example.com", by="user:1", at=9)
        case ("release", who) if Quarantine.objects.filter(value=f"{who}@example.com").exists():
            actions.release_quarantine(type="email", value=f"{who}@example.com", by="user:1", at=9)


@settings(QUIET, max_examples=100)
@given(
    before=st.lists(sightings, min_size=2, max_size=8),
    after=st.lists(acts, max_size=8),
    pair=st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_merge_then_anything_then_unmerge_is_that_anything_without_the_merge(before, after, pair):
    results = []
    for merged in (True, False):
        with transaction.atomic():
            see_all([before])
            first = sorted(Node.objects.values_list("id", flat=True))
            a, b = (first[n % len(first)] for n in pair)
            link = merged and a != b and actions.merge_people(a=a, b=b, by="user:9", at=7, evidence={})
            for act in after:
                if not (act[0] == "merge" and {first[n % len(first)] for n in act[1:]} == {a, b}):
                    play(act, first)
            if link:
                assert Node.objects.get(id=a).person_id == Node.objects.get(id=b).person_id
                actions.undo_link(link_id=link.id, by="user:9", at=11)
            rules = Link.objects.exclude(rule__in=["manual", "same_event", "alias"]).values_list(
                "rule", "value", "held_back", "quarantined"
            )
            results.append((persons_now(), sorted(rules)))
            transaction.set_rollback(True)
    assert results[0] == results[1]


# --- everything together


class Identity(RuleBasedStateMachine):
    """The database beside the naive diary."""

    @initialize()
    def begin(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.model = Naive({"email": 2, "phone": 2, "card": 2}, accounts=4, most_values=2)

    def teardown(self):
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @rule(batch=st.lists(sightings, min_size=1, max_size=4))
    def see(self, batch):
        see_all([batch])
        new = [s for s in batch]
        ages = {(n.namespace, n.kind, n.key): n.id for n in Node.objects.all()}
        self.model.see_batch(new, ages)

    def two(self, data):
        return data.draw(st.lists(st.sampled_from(sorted(self.model.age)), min_size=2, max_size=2, unique=True))

    @precondition(lambda self: len(self.model.age) > 1)
    @rule(data=st.data())
    def merge(self, data):
        a, b = self.two(data)
        actions.merge_people(a=node_of(a), b=node_of(b), by="user:1", at=9, evidence={})
        self.model.by_hand.add(frozenset((a, b)))

    @precondition(lambda self: len(self.model.age) > 1)
    @rule(data=st.data())
    def separate(self, data):
        a, b = self.two(data)
        actions.separate(a=node_of(a), b=node_of(b), by="user:1", at=9)
        self.model.apart.add(frozenset((a, b)))

    @precondition(lambda self: Link.objects.filter(revoked_us=None).exists())
    @rule(data=st.data())
    def undo(self, data):
        link = data.draw(st.sampled_from(list(Link.objects.filter(revoked_us=None).order_by("id"))))
        actions.undo_link(link_id=link.id, by="user:1", at=9)
        names = {n.id: (n.namespace, n.kind, n.key) for n in Node.objects.filter(id__in=[link.a, link.b])}
        pair = frozenset(names.values())
        if link.rule == "manual":
            self.model.by_hand.discard(pair)
        else:
            value = repr(name_of(int(link.value))) if link.rule in ("same_event", "alias") else link.value
            self.model.undone.add(((link.rule, value), pair))
            self.model.apart.add(pair)

    @rule(which=st.sampled_from([("email", "ppp@example.com"), ("phone", "+447123456701")]))
    def quarantine(self, which):
        actions.quarantine_value(type=which[0], value=which[1], by="user:1", at=9)
        self.model.listed[which] = True

    @precondition(lambda self: Quarantine.objects.filter(released_us=None).exists())
    @rule(data=st.data())
    def release(self, data):
        one = data.draw(st.sampled_from(list(Quarantine.objects.filter(released_us=None).order_by("id"))))
        actions.release_quarantine(type=one.type, value=one.value, by="user:1", at=9)
        value = repr(name_of(int(one.value))) if one.type == "anonymous" else one.value
        self.model.listed[one.type, value] = False

    @invariant()
    def same_persons(self):
        if hasattr(self, "model"):
            assert persons_now() == self.model.persons()

    @invariant()
    def a_person_has_the_number_of_its_oldest_node_and_the_others_lead_to_it(self):
        groups: dict[int, list[int]] = {}
        for id_, person in Node.objects.values_list("id", "person_id"):
            groups.setdefault(person, []).append(id_)
        assert all(person == min(nodes) for person, nodes in groups.items())
        redirects = dict(Person.objects.values_list("id", "merged_into"))
        assert redirects == {n: p if p != n else None for p, nodes in groups.items() for n in nodes}


def name_of(node: int) -> tuple[str, str, str]:
    return Node.objects.values_list("namespace", "kind", "key").get(id=node)


def test_persons_are_what_the_naive_diary_says():
    run_state_machine_as_test(Identity, settings=QUIET)


# --- several workers at once


def test_several_workers_give_the_same_persons(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    chance = random.Random(5)
    seen = [
        Sighting(
            namespace=chance.choice(["shop", "till"]),
            keys=(
                ("user", str(chance.randrange(150))),
                *([("anonymous", str(chance.randrange(60)))] * chance.randrange(2)),
            ),
            identifiers=((("email", f"p{chance.randrange(150)}@example.com"),) * chance.randrange(2))
            + ((("phone", f"+447123456{chance.randrange(120):03}"),) * chance.randrange(2)),
            traits={"first_name": chance.choice(["Dora", "Erik", "Farid"])} if chance.random() < 0.5 else {},
            at=5,
        )
        for _ in range(900)
    ]
    batches = [seen[i : i + 30] for i in range(0, len(seen), 30)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_take, batches))
    together = persons_now()
    call_command("flush", interactive=False, verbosity=0)
    see_all(batches)
    assert together == persons_now()
    assert len(together) > 100


def _take(batch) -> None:
    """What a worker does: a transaction, repeated when somebody else was faster."""
    try:
        while True:
            try:
                with transaction.atomic():
                    record_sightings(sightings=batch, source_id=1, at=9)
                return
            except OperationalError:
                continue
    finally:
        connection.close()
