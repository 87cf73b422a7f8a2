"""Every fact gives the same answer from the truth and from the lake's tables."""

from __future__ import annotations

import ibis
import pytest

from regulars.core.clock import DAY
from regulars.core.plugs import registry
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.loyalty.actions.members import join, leave
from regulars.loyalty.actions.thresholds import create_threshold
from regulars.loyalty.supplies import points, tiers
from regulars.loyalty.tests.programme.shop import NOW, TIERS, all_again, begin, buys, settle, someone

pytestmark = pytest.mark.django_db
FACTS = ("tier", "tier_since", "points_to_next_tier", "is_member", "thresholds")


class Tables:
    """What a fact's lake reader is given."""

    now_us = ibis.literal(NOW, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.fixture
def people(business, monkeypatch) -> list[int]:
    """Alice is silver and across two thresholds, Bob left, Chen joined and bought little, Dora never did anything."""
    monkeypatch.setattr("regulars.loyalty.facts.now_us", lambda: NOW)
    tiers = {"levels": [{**level, "benefits": ["Free drinks", "A birthday cake"]} for level in TIERS["levels"]]}
    club = begin(tiers=tiers, membership="joined", wording="Collect points.")
    alice, bob, chen, dora = (someone(name) for name in ("alice", "bob", "chen", "dora"))
    for node in (alice, bob, chen):
        join(programme_id=club.id, node_id=node, how="till", by="user:1", at=NOW - 100 * DAY)
    for name, measure, amount in (
        ("Big spender", "spent", 15_000),
        ("Two balls", "pieces", 2),
        ("Never", "orders", 9),
    ):
        create_threshold(
            programme_id=club.id, name=name, measure=measure, amount=amount, by="user:1", at=NOW - 90 * DAY
        )
    buys(alice, "A1", ("balls", 100.0, 2), at=NOW - 50 * DAY)
    buys(chen, "C1", ("balls", 10.0, 1), at=NOW - 50 * DAY)
    leave(programme_id=club.id, person_id=bob, by="user:1", at=NOW - DAY)
    all_again(club)
    return [alice, bob, chen, dora]


@pytest.mark.parametrize("name", FACTS)
def test_the_truth_and_the_lake_agree(people, name):
    fact = registry.facts[name]
    now = fact.now(people)
    read = {table: truth.select(registry.replica[table]) for table in fact.gather}
    with lake.memory(read) as here:
        rows = here.rows(fact.lake(Tables()))
    assert {row["person_id"]: row["value"] for row in rows} == now
    assert people[0] in now
    assert people[3] not in now


def test_the_words_of_a_fact_are_those_of_the_shop(people):
    assert registry.facts["tier"].now(people)[people[0]] == "Silver"
    assert registry.facts["thresholds"].now(people)[people[0]] == "Big spender, Two balls"
    assert people[1] not in registry.facts["is_member"].now(people)


def test_texts_get_points_and_tier(people):
    settle()
    alice = people[0]
    assert points(people, NOW)[alice]["balance"] == 200
    assert points(people, NOW)[alice]["until"]["us"] > NOW
    assert tiers(people, NOW) == {alice: {"title": "Silver", "text": "Free drinks · A birthday cake"}}
