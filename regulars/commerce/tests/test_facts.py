"""Every fact gives the same answer from the truth and from the lake's tables."""

from __future__ import annotations

import ibis
import pytest

from regulars.commerce.actions import recount
from regulars.commerce.facts import _days_since
from regulars.commerce.tests.said import START, a_node, bought, said, take
from regulars.core.clock import DAY
from regulars.core.plugs import registry
from regulars.lake import queries as lake
from regulars.lake import truth

pytestmark = pytest.mark.django_db
NOW = START + 30 * DAY + 5
FACTS = [f for f in registry.facts.values() if f.room == "commerce"]


class Tables:
    """What a fact's lake reader is given."""

    now_us = ibis.literal(NOW, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.fixture
def people(business) -> list[int]:
    """Alice bought and brought back, Bob only brought back, Chen bought for nothing, Dora never did anything."""
    alice, bob, chen, dora = (a_node(name) for name in ("alice", "bob", "chen", "dora"))
    ball = {"name": "Ball", "category": "soccer", "price": 10, "quantity": 2}
    take(
        bought("1", 20.01, node=alice, products=[ball, ball | {"category": "running", "quantity": 1}]),
        bought("2", 10, node=alice, day=9),
        said("Order Refunded", {"order_id": "1", "total": 5}, node=alice, day=4),
        said("Order Refunded", {"order_id": "C9", "total": 1}, node=bob, day=4),
        bought("3", 0, node=chen, day=30),
        bought("4", 9, node=chen, products=[ball]),
        said("Order Cancelled", {"order_id": "4"}, node=chen, day=1),
    )
    recount([alice, bob, chen, dora])
    return [alice, bob, chen, dora]


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_the_truth_and_the_lake_agree(people, fact):
    now = _days_since(people, NOW) if fact.name == "days_since_order" else fact.now(people)
    tables = {name: truth.select(registry.replica[name]) for name in ("customers", "orders", "lines", "nodes")}
    with lake.memory(tables) as snapshot:
        rows = snapshot.rows(fact.lake(Tables()))
    assert {row["person_id"]: row["value"] for row in rows} == now
    assert now


def test_days_since_the_last_order_say_when_they_change(people):
    tables = {"customers": truth.select(registry.replica["customers"])}
    with lake.memory(tables) as snapshot:
        rows = {r["person_id"]: r for r in snapshot.rows(registry.facts["days_since_order"].lake(Tables()))}
    alice = rows[people[0]]
    assert (alice["value"], alice["next_us"]) == (21, START + 31 * DAY)
    assert _days_since(people, alice["next_us"] - 1)[people[0]] == 21
    assert _days_since(people, alice["next_us"])[people[0]] == 22


def test_what_a_fact_says(people):
    alice, bob, chen, _ = people
    facts = {f.name: f.now(people) for f in FACTS}
    assert facts["orders"] == {alice: 2, bob: 0, chen: 1}
    assert facts["spent"] == {alice: 2501, bob: -100, chen: 0}
    assert facts["average_order"] == {alice: 1500, chen: 0}
    assert facts["top_category"] == {alice: "soccer"}
    assert facts["categories_bought"] == {alice: 2}
    assert facts["refund_share"] == {alice: 500 / 3001}
