"""Why somebody has this balance: the lines add up to it, whatever happened."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core.clock import DAY
from regulars.loyalty import ledger
from regulars.loyalty.explaining import causes, parts
from regulars.loyalty.gathering import terms_of
from regulars.loyalty.models import Programme
from regulars.loyalty.tests.programme.shop import (
    NOW,
    PER_POUND,
    TIERS,
    begin,
    brings_back,
    buys,
    has,
    settle,
    someone,
)
from regulars.people.models import Node

pytestmark = pytest.mark.django_db
STEPS = st.lists(st.tuples(st.sampled_from(["buy", "back", "spend", "give", "take"]), st.integers(1, 80)), max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_causes_always_add_up_to_the_balance(business, steps):
    club = Programme.objects.first() or begin(tiers=TIERS, return_days=0)
    alice = someone(f"a{Node.objects.count()}")
    for n, (what, amount) in enumerate(steps):
        at, key = NOW + n * DAY, f"{alice}-{n}"
        try:
            if what == "buy":
                buys(alice, key, ("balls", float(amount), 1), at=at)
            elif what == "back" and n:
                brings_back(alice, f"{alice}-{amount % n}", at=at)
            elif what == "spend":
                ledger.spend(programme_id=club.id, node_id=alice, source="till", key=key, amount=amount, at=at)
            elif what in ("give", "take"):
                sign = 1 if what == "give" else -1
                ledger.adjust(programme_id=club.id, node_id=alice, key=key, amount=sign * amount, reason="Sorry",
                              by="user:1", at=at)  # fmt: skip
        except ledger.CannotPost:
            pass
        settle(at)
    have = has(club, alice, NOW + 9 * DAY)
    told = causes(alice, programme_id=club.id)
    assert sum(cause.effect for cause in told) == have.active + have.pending + have.held - have.debt


def test_how_an_orders_points_came_about_is_told_line_by_line(business):
    happy = {"key": "happy", "kind": "times", "name": "Happy hour", "factor": 2, "only": {"categories": ["balls"]}}
    club, alice = begin({**PER_POUND, "name": "Every pound"}, happy), someone()
    buys(alice, "A1", ("balls", 10.0, 1), ("boots", 20.0, 1))
    settle()
    (cause,) = causes(alice, programme_id=club.id)
    assert (cause.number, cause.effect) == ("A1", 40)
    told = parts(alice, terms_of(club), NOW)[cause.origin]
    assert [(part.name, part.net, part.rule.name, part.factors, part.points) for part in told] == [
        ("balls", 1000, "Every pound", (("Happy hour", 2.0),), 20),
        ("boots", 2000, "Every pound", (), 20),
    ]
