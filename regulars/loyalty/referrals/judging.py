"""Referrals are judged: when an order of the friend changed, when people were joined, and when time has come."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.loyalty.models import Referral, ReferralDue
from regulars.loyalty.referrals.evidence import begins, evidence_of, orders_of
from regulars.loyalty.referrals.fate import FINAL, Begun, Fate, fate
from regulars.loyalty.referrals.rewarding import give_again, reward, take_back
from regulars.loyalty.referrals.scoring import score, signals
from regulars.people.actions import touch
from regulars.people.queries import nodes_of, person_id_of

LOOK, BATCH = 500, 20
declare("loyalty.referral.before_commit")


def judge_due(at: int) -> bool:
    """Judge some of those whose time has come; was there any? One process does it, one transaction for each."""
    with exclusive("referrals") as mine:
        if not mine:
            return False
        spread_due(at)
        due = Referral.objects.filter(look_us__isnull=False, look_us__lte=at).order_by("look_us", "id")
        found = list(due.values_list("id", flat=True)[:BATCH])
        for number in found:
            judge(referral_id=number, at=at)
        return bool(found)


def mark_due(node_ids: Iterable[int]) -> None:
    """Referrals of these people are judged again soon. Rows are only added: nobody waits here."""
    bulk.insert(ReferralDue, ("node_id",), [(node,) for node in sorted(set(node_ids))])


@transaction.atomic
def spread_due(at: int) -> None:
    """From people to their referrals."""
    rows = list(ReferralDue.objects.order_by("id").values_list("id", "node_id")[:LOOK])
    if not rows:
        return
    people = set(person_id_of([node for _, node in rows]).values())
    ids, params = bulk.ids([node for nodes in nodes_of(list(people)).values() for node in nodes])
    bulk.execute(
        "UPDATE loyalty_referral SET look_us = %s WHERE (state NOT IN ('void', 'over') OR why = 'same_person') AND"
        f" (friend_node_id IN {ids} OR node_id IN {ids})",
        [at, *params, *params],
    )
    gone, params = bulk.ids([row for row, _ in rows])
    bulk.execute(f"DELETE FROM loyalty_referraldue WHERE id IN {gone}", params)


@transaction.atomic
def judge(*, referral_id: int, at: int) -> Referral:
    """Make one referral what it should be. Idempotent: judged twice is judged once."""
    referral = Referral.objects.select_for_update().get(id=referral_id)
    people = person_id_of([referral.node_id, referral.friend_node_id])
    friend, referrer = people.get(referral.friend_node_id), people.get(referral.node_id)
    if referral.why == "same_person" and friend is not None and friend != referrer:
        _reopen(referral, at)
    if referral.state in FINAL or friend is None:
        Referral.objects.filter(id=referral.id).update(look_us=None)
        return referral
    homes = nodes_of([one for one in (friend, referrer) if one is not None])
    if friend != referrer:
        _weigh(referral, homes[friend], homes.get(referrer, []))
    orders = orders_of(homes[friend], begins(referral))
    become(referral, fate(begun(referral), orders, same_person=friend == referrer, at=at), at)
    failpoint("loyalty.referral.before_commit")
    return referral


def _reopen(referral: Referral, at: int) -> None:
    """Two people were thought to be one and were parted: it is as if they never had been."""
    referral.state = "rewarded" if referral.rewarded_us else "waiting"
    referral.void_us, referral.why = None, ""
    if referral.rewarded_us:
        give_again(referral, at)


def begun(referral: Referral) -> Begun:
    """A referral as `fate` wants it."""
    return Begun(
        referral.state, referral.joined_us, referral.order_id, referral.score, referral.approved_us is not None,
        referral.rewarded_us is not None, referral.terms,
    )  # fmt: skip


def _weigh(referral: Referral, friend: list[int], referrer: list[int]) -> None:
    """The score, as long as it can matter. What was seen once stays: forgetting a hash acquits nobody."""
    if referral.rewarded_us is not None:
        return
    orders = orders_of(friend, begins(referral))
    first = min((order.ts for order in orders), default=None)
    seen = {one["key"]: one for one in referral.signals}
    for one in signals(evidence_of(referral, friend, referrer, first)):
        seen[one["key"]] = one
    referral.signals = sorted(seen.values(), key=lambda one: -one["weight"])
    referral.score = score(referral.signals)


def become(referral: Referral, wanted: Fate, at: int) -> None:
    """Store what it should be, give or take back what goes with it, and touch the people."""
    before = referral.state
    referral.state, referral.look_us = wanted.state, wanted.look_us
    referral.order_id, referral.order_us = wanted.order_id, wanted.order_us or referral.order_us
    if wanted.state == "rewarded" and before != "rewarded":
        reward(referral, at)
    if wanted.state == "void":
        referral.void_us, referral.why = at, wanted.why
        take_back(referral, at)
    referral.save()
    if before != referral.state:
        people = person_id_of([referral.node_id, referral.friend_node_id])
        touch(person_ids=set(people.values()), cause="derived", at=at)
