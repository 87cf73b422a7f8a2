"""However returns come, what is left is what the rest of the order earns: never more, never less."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.commerce.models import Order
from regulars.core.clock import DAY, HOUR
from regulars.events.models import Event
from regulars.loyalty.gathering import gather, terms_of
from regulars.loyalty.models import Crossing, Due, Earned, Lot, Programme, Standing, Txn
from regulars.loyalty.tests.programme.shop import (
    NOW,
    PER_POUND,
    TIERS,
    all_again,
    begin,
    brings_back,
    buys,
    has,
    settle,
    someone,
)

RULES = (
    PER_POUND,
    {"key": "balls", "kind": "times", "factor": 1.5, "only": {"categories": ["balls"]}},
    {"key": "boots", "kind": "piece", "points": 7, "only": {"categories": ["boots"]}},
    {"key": "large", "kind": "order", "points": 25, "least": 5000},
    {"key": "hello", "kind": "first", "points": 100},
    {"key": "day", "kind": "amount", "points": 3, "per": 700, "most": {"day": 20}},
)
CATEGORIES = ("balls", "boots", "shirts")
LINE = st.tuples(st.sampled_from(CATEGORIES), st.integers(100, 9999).map(lambda p: p / 100), st.integers(1, 4))
ORDER = st.lists(LINE, min_size=1, max_size=3, unique_by=lambda line: line[0])
QUIET = (HealthCheck.function_scoped_fixture,)


def earned(programme: Programme, node: int) -> dict[tuple[str, str], int]:
    """{(line, rule): points} without noughts, free of numbers that depend on when orders came."""
    numbers = dict(Order.objects.values_list("id", "number"))
    rows = Earned.objects.filter(programme_id=programme.id, node_id=node, points__gt=0)
    return {(f"{numbers.get(row.order_id, row.what)}.{row.what[-1]}", row.rule): row.points for row in rows}


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
@given(ORDER, st.data())
def test_returns_in_any_order_and_portions_leave_what_one_return_of_all_of_them_leaves(business, lines, data):
    club = Programme.objects.first() or begin(*RULES, tiers=TIERS)
    pieces = [(name, price) for name, price, n in lines for _ in range(data.draw(st.integers(0, n)))]
    shuffled = data.draw(st.permutations(pieces))
    by_parts, at_once = (someone(f"{kind}{Event.objects.count()}") for kind in ("parts", "once"))
    for node in (by_parts, at_once):
        buys(node, f"N{node}", *lines, at=NOW - DAY)
    settle()
    for n, (name, price) in enumerate(shuffled):
        brings_back(by_parts, f"N{by_parts}", (name, price, 1), at=NOW - 12 * HOUR + n)
        if data.draw(st.booleans()):
            settle()
    back = {name: sum(1 for other, _ in pieces if other == name) for name, _, _ in lines}
    whole = [(name, price, back[name]) for name, price, _ in lines if back[name]]
    if whole:
        brings_back(at_once, f"N{at_once}", *whole, at=NOW - 12 * HOUR)
    settle()
    assert [(w[-2:], p) for w, p in sorted((k[0], v) for k, v in earned(club, by_parts).items())] == [
        (w[-2:], p) for w, p in sorted((k[0], v) for k, v in earned(club, at_once).items())
    ]
    assert has(club, by_parts) == has(club, at_once)
    assert has(club, by_parts).pending == sum(earned(club, by_parts).values())
    if not sum(n for *_, n in lines) - len(pieces):
        assert has(club, by_parts).pending == 0


@pytest.mark.django_db
def test_a_standing_told_from_nothing_is_the_one_that_was_kept(business):
    club = begin(*RULES, tiers=TIERS)
    people = [someone(name) for name in ("alice", "bob", "chen")]
    for month in range(10):
        at = NOW - (300 - 30 * month) * DAY
        for n, node in enumerate(people):
            buys(node, f"{n}.{month}", ("balls", 20.0 + n * 30, 1), ("boots", 15.5, 2), at=at)
        settle(at)
    for n, node in enumerate(people):
        brings_back(node, f"{n}.3", ("boots", 15.5, 1))
    settle()
    kept = list(Standing.objects.order_by("person_id").values())
    points = {node: earned(club, node) for node in people}
    Standing.objects.all().delete()
    Crossing.objects.all().delete()
    all_again(club)
    assert list(Standing.objects.order_by("person_id").values()) == kept
    assert {node: earned(club, node) for node in people} == points


@pytest.mark.django_db
def test_the_ledger_and_what_was_told_to_it_agree(business):
    club, alice = begin(*RULES, tiers=TIERS), someone()
    buys(alice, "A1", ("balls", 120.0, 1), ("boots", 30.0, 2), at=NOW - DAY)
    settle()
    brings_back(alice, "A1", ("boots", 30.0, 1))
    settle()
    posted: dict[str, int] = {}
    for txn in Txn.objects.filter(source="rules"):
        what = ":".join(txn.external_id.split(":")[1:-1])
        posted[what] = posted.get(what, 0) + (txn.amount if txn.kind == "earn" else -txn.amount)
    assert posted == {f"{row.what}:{row.rule}": row.points for row in Earned.objects.all()}
    assert sum(Lot.objects.values_list("pending", flat=True)) == sum(posted.values()) == has(club, alice).pending


@pytest.mark.django_db
def test_nothing_is_due_after_everybody_was_counted_and_reading_writes_nothing(business):
    club, alice = begin(*RULES), someone()
    buys(alice, "A1", ("balls", 20.0, 1))
    settle()
    assert not Due.objects.exists()
    before = Txn.objects.count()
    gather([alice], terms_of(club))
    all_again(club)
    assert Txn.objects.count() == before
