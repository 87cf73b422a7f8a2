"""What referrals tell segments and texts."""

import ibis
import pytest

from regulars.core.clock import DAY
from regulars.core.plugs import Ask, registry
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.loyalty.models import ReferralCode
from regulars.loyalty.referrals.supplies import hand_out, links_of
from regulars.loyalty.tests.programme.shop import NOW, begin, buys, someone
from regulars.loyalty.tests.referrals.friends import brings_friend, judged, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(business) -> list[int]:
    """Anna brought Ben, who bought, and Cem, who has not; Dora is there."""
    begin()
    offer(text="You both get points.")
    found = [someone(name) for name in ("anna", "ben", "cem", "dora")]
    for friend in found[1:3]:
        brings_friend(found[0], friend)
    buys(found[1], "B1", ("boots", 50, 1), at=NOW)
    judged(NOW + 40 * DAY)
    return found


@pytest.mark.parametrize(("name", "whose", "value"), [("referred_friends", 0, 1), ("came_by_referral", 1, True)])
def test_the_truth_and_the_lake_agree(people, name, whose, value):
    fact = registry.facts[name]
    read = {table: truth.select(registry.replica[table]) for table in fact.gather}

    class Tables:
        now_us = ibis.literal(NOW, "int64")

        def __call__(self, table: str) -> ibis.Table:
            return lake.table(table)

    with lake.memory(read) as here:
        rows = here.rows(fact.lake(Tables()))
    assert {row["person_id"]: row["value"] for row in rows} == fact.now(people) == {people[whose]: value}


def test_a_mail_brings_everybody_a_link_of_their_own_that_stays(people):
    asks = [Ask(key=f"m{person}", person_id=person, campaign_id=1) for person in people]
    first, again = hand_out(asks, NOW), hand_out(asks, NOW)
    assert first == again and len({card["url"] for card in first.values()}) == 4
    assert first[f"m{people[0]}"]["url"].endswith(f"/r/{ReferralCode.objects.get(node_id=people[0]).code}")
    assert links_of(people, NOW)[people[3]]["text"] == "You both get points."
    offer(on=False)
    assert hand_out(asks, NOW) == {} == links_of(people, NOW)
