"""The ledger against its plain model, whatever happens: late and doubled postings, holds, returns, cancelled spends,
expiry, merges and separations. Both databases."""

from __future__ import annotations

import os

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from regulars.core import bulk
from regulars.core.clock import DAY, MINUTE
from regulars.core.models import Business
from regulars.loyalty import ledger
from regulars.loyalty.ledger.parting import settle_parting
from regulars.loyalty.models import Txn
from regulars.loyalty.tests.ledger.conftest import Books
from regulars.loyalty.tests.ledger.plain import Plain
from regulars.people.actions import Sighting, merge_people, record_sightings, undo_link
from tests.databases import examples

EXAMPLES = int(os.environ.get("REGULARS_EXAMPLES", examples(60)))
NO_SHRINK = [Phase.explicit, Phase.reuse, Phase.generate]
START = 1_790_000_000_000_000
amounts = st.integers(1, 12)
orders = st.sampled_from(("order:1", "order:2", ""))


class Machine(RuleBasedStateMachine):
    """Four records; two of them may be one person. One programme."""

    @initialize()
    def begin(self):
        self.outside = transaction.atomic()
        self.outside.__enter__()
        Business.objects.create(name="Shop", timezone="Europe/London", currency="GBP")
        sightings = [Sighting("shop", (("user", f"u{n}"),), (), {}, (), START) for n in range(4)]
        self.nodes = record_sightings(sightings=sightings, source_id=1, at=START)
        self.books, self.plain = Books(START), Plain(home={node: node for node in self.nodes}, now=START)
        self.links, self.spent, self.holds, self.repeats = {}, {}, {}, []

    def teardown(self):
        try:
            if hasattr(self, "links") and not connection.needs_rollback:
                self.the_books_hold()
        finally:
            transaction.set_rollback(True)
            self.outside.__exit__(None, None, None)

    def the_books_hold(self):
        while ledger.expire_due(self.now) or ledger.activate_due(self.now) or ledger.release_due(self.now):
            pass
        self.everybody_has_what_the_model_says()
        assert ledger.check(self.plain.now) == [] and ledger.verify() == []
        if connection.vendor == "postgresql":
            bulk.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit would
            bulk.execute("SET CONSTRAINTS ALL DEFERRED")

    @property
    def now(self) -> int:
        return self.plain.now

    def node(self, data) -> int:
        return data.draw(st.sampled_from(self.nodes))

    def posted(self, act, *args, **more):
        """Post, and remember how to post the same again."""
        self.books.keys += 1
        key, at = f"k{self.books.keys}", self.now
        done = act(*args, key=key, at=at, **more)
        self.repeats.append((done.id, lambda: act(*args, key=key, at=self.now, **more)))
        return done.id

    @rule(data=st.data(), amount=amounts, wait=st.integers(0, 5), live=st.none() | st.integers(1, 9), order=orders,
          late=st.integers(0, 12))  # fmt: skip
    def earn(self, data, amount, wait, live, order, late):
        node, occurred = self.node(data), self.now - late * DAY
        times = {"occurred_us": occurred, "activates_us": occurred + wait * DAY, "origin": order}
        times["expires_us"] = None if live is None else occurred + (wait + live) * DAY
        lot = self.posted(self.books.earn, node, amount, **times)
        self.plain.earn(lot, node, amount, occurred, times["activates_us"], times["expires_us"], order)

    @rule(data=st.data(), amount=amounts)
    def spend(self, data, amount):
        node, mark = self.node(data), object()
        if self.plain.take(mark, node, amount, "spent"):
            self.spent[mark] = [self.posted(self.books.spend, node, amount), amount, node]
        else:
            with pytest.raises(ledger.NotEnoughPoints) as refused:
                self.books.spend(node, amount, at=self.now)
            assert refused.value.active == self.plain.have(self.plain.home[node])[0]

    @rule(data=st.data(), amount=amounts, minutes=st.sampled_from((30, 3 * 24 * 60)))
    def hold(self, data, amount, minutes):
        node, mark = self.node(data), object()
        if self.plain.take(mark, node, amount, "held"):
            self.plain.holds[mark] = (node, self.now + minutes * MINUTE)
            self.holds[mark] = (self.posted(self.books.hold, node, amount, minutes=minutes), amount)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def capture(self, data):
        mark = data.draw(st.sampled_from(list(self.holds)))
        hold, amount = self.holds.pop(mark)
        part = data.draw(st.integers(1, amount))
        if mark not in self.plain.holds:
            with pytest.raises(ledger.HoldEnded):
                self.books.capture(hold, at=self.now)
            return
        node = self.plain.holds[mark][0]
        self.plain.end(mark, part)
        self.plain.tick(self.now)
        self.spent[mark] = [self.books.capture(hold, amount=part, at=self.now).id, part, node]
        assert not self.books.capture(hold, amount=part, at=self.now).new

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data):
        mark = data.draw(st.sampled_from(list(self.holds)))
        hold, _ = self.holds.pop(mark)
        if mark in self.plain.holds:
            self.plain.end(mark, 0)
            self.plain.tick(self.now)
        self.books.release(hold, at=self.now)
        assert not self.books.release(hold, at=self.now).new

    @rule(data=st.data(), amount=amounts, order=orders)
    def an_order_comes_back(self, data, amount, order):
        node = self.node(data)
        self.posted(self.books.claw, node, amount, origin=order)
        self.plain.claw(node, amount, order)

    @precondition(lambda self: self.spent)
    @rule(data=st.data())
    def a_spend_is_cancelled(self, data):
        mark = data.draw(st.sampled_from(list(self.spent)))
        spend, left, _ = self.spent[mark]
        if Txn.objects.filter(reverses_id=spend, kind="split").exists():
            return  # who paid for what then is tested by hand
        part = data.draw(st.integers(1, left))
        self.posted(self.books.back, spend, amount=part)
        self.plain.give_back(mark, part)
        self.spent[mark][1] -= part
        if left == part:
            del self.spent[mark]

    @rule(hours=st.sampled_from((1, 24, 24, 50, 120)))
    def time_passes(self, hours):
        self.plain.tick(self.now + hours * 60 * MINUTE)

    @rule(round=st.sampled_from((ledger.activate_due, ledger.expire_due, ledger.release_due)))
    def a_round_runs(self, round):
        while round(self.now):
            pass

    @precondition(lambda self: self.repeats)
    @rule(data=st.data())
    def something_arrives_twice(self, data):
        number, again = data.draw(st.sampled_from(self.repeats))
        done = again()
        assert (done.id, done.new) == (number, False)

    @precondition(lambda self: len(set(self.plain.home.values())) > 2)
    @rule(data=st.data())
    def two_become_one(self, data):
        alone = [node for node in self.nodes if list(self.plain.home.values()).count(node) == 1]
        a, b = sorted(data.draw(st.lists(st.sampled_from(alone), min_size=2, max_size=2, unique=True)))
        self.links[a, b] = merge_people(a=a, b=b, by="user:1", at=self.now, evidence={}).id
        self.plain.home[b] = a
        self.plain.repay()

    @precondition(lambda self: self.links)
    @rule(data=st.data())
    def one_becomes_two(self, data):
        a, b = data.draw(st.sampled_from(sorted(self.links)))
        undo_link(link_id=self.links.pop((a, b)), by="user:1", at=self.now)
        self.plain.home[b] = b
        self.plain.part()
        settle_parting([a, b], at=self.now)  # again: nothing is left to settle

    @invariant()
    def everybody_has_what_the_model_says(self):
        for person in set(self.plain.home.values()) if hasattr(self, "plain") else ():
            have = self.books.have(person, at=self.now)
            assert (have.active, have.pending, have.held, have.debt) == self.plain.have(person)


@pytest.mark.django_db
def test_the_ledger_is_its_plain_model_whatever_happens():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run(Machine, settings=settings(max_examples=EXAMPLES, deadline=None, phases=NO_SHRINK, stateful_step_count=30,
                                   suppress_health_check=checks))  # fmt: skip
