"""People who bring people, for tests."""

from __future__ import annotations

from typing import Any

from regulars.core.clock import DAY
from regulars.loyalty.models import Referral, Voucher
from regulars.loyalty.referrals.bringing import bring
from regulars.loyalty.referrals.judging import judge_due
from regulars.loyalty.referrals.linking import codes_of
from regulars.loyalty.referrals.terms import save_terms
from regulars.loyalty.rewards.keeping import save_reward
from regulars.loyalty.tests.programme.shop import NOW, settle
from regulars.people.actions import Sighting, record_sightings
from regulars.people.queries import person_id_of


def offer(at: int = NOW, **values: Any) -> None:
    """Friends are rewarded: 500 points for who brings them, 200 for the friend, unless said otherwise."""
    usual = {"on": True, "title": "Come along", "referrer_points": 500, "friend_points": 200}
    save_terms(values=usual | values, by="user:1", at=at)


def voucher_for_both(at: int = NOW) -> None:
    terms = {"name": "Five pounds off", "kind": "money", "worth": 500, "currency": "GBP"}
    reward = save_reward(terms=terms, by="user:1", at=at)
    offer(at, friend_reward_id=reward.id, referrer_reward_id=reward.id)


def known(key: str, *ids: tuple[str, str], at: int = NOW - 100 * DAY, **traits: Any) -> int:
    """Somebody with identifiers; their node."""
    seen = Sighting("shop", (("user", key),), ids, traits, (), at)
    return record_sightings(sightings=[seen], source_id=1, at=at)[0]


def code_of(node: int, at: int = NOW) -> str:
    person = person_id_of([node])[node]
    return codes_of([person], at=at)[person].code


def brings_friend(referrer: int, friend: int, *, at: int = NOW, how: str = "link", **more: Any) -> Referral:
    return bring(code=code_of(referrer, at), friend_node_id=friend, how=how, at=at, **more)


def judged(at: int = NOW) -> None:
    """Everything due is judged, and the points of it are counted."""
    while judge_due(at):
        pass
    settle(at)


def good_codes(node: int) -> int:
    return Voucher.objects.filter(node_id=node, revoked_us=None).count()
