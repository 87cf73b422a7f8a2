"""A person takes a reward for points: the points go and the voucher comes, together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from regulars.loyalty import ledger
from regulars.loyalty.models import Programme, Reward, Standing, Voucher
from regulars.loyalty.queries import tier_names
from regulars.loyalty.rewards.issuing import CannotIssue, Issued, issue_voucher
from regulars.people import queries as people

SOURCE = "reward"


@transaction.atomic
def take_reward(*, reward_id: int, programme_id: int, node_id: int, key: str, at: int, by: str) -> Issued:
    """A voucher for points. Idempotent by key: again gives the same voucher and takes nothing.

    Raises CannotIssue, or ledger.NotEnoughPoints with what is there; then nothing is written.
    """
    origin = f"points:{key}"
    reward = Reward.objects.get(id=reward_id)
    if reward.points is None:
        raise CannotIssue(f"“{reward.name}” is not for points.")
    if reward.tiers and _tier(node_id, programme_id) not in reward.tiers:
        programme = Programme.objects.get(id=programme_id)
        raise CannotIssue(f"“{reward.name}” is for {_named(reward.tiers, programme)} only.")
    said = {"reward": reward_id}
    posted = f"{SOURCE}:{key}"
    made = issue_voucher(
        reward_id=reward_id, origin=origin, at=at, by=by, cause="points", node_id=node_id, points_key=posted
    )
    if made.new:
        ledger.spend(
            programme_id=programme_id, node_id=node_id, source=SOURCE, key=key, amount=reward.points, at=at, by=by,
            said=said | {"amount": reward.points},
        )  # fmt: skip
    return made


def _tier(node_id: int, programme_id: int) -> str:
    person = people.person_id_of([node_id]).get(node_id, node_id)
    found = Standing.objects.filter(person_id=person, programme_id=programme_id).values_list("tier", flat=True)
    return found.first() or ""


@dataclass(frozen=True)
class OnOffer:
    """A reward as one person sees it: `why_not` is "" when they can have it now."""

    reward: Reward
    why_not: str


def rewards_for(*, person_id: int, programme: Programme, at: int, limit: int = 50) -> list[OnOffer]:
    """What can be had for points, cheapest first, and for each why not, if not: points or tier."""
    have = ledger.balance(programme_id=programme.id, person_id=person_id, at=at).active
    tier = _tier(person_id, programme.id)
    found = open_rewards(at).filter(points__isnull=False).order_by("points", "id")[:limit]
    return [OnOffer(reward, _why_not(reward, have, tier, programme)) for reward in found]


def _why_not(reward: Reward, have: int, tier: str, programme: Programme) -> str:
    if reward.tiers and tier not in reward.tiers:
        return f"For {_named(reward.tiers, programme)} only."
    if reward.most is not None and reward.issued >= reward.most:
        return "All are taken."
    if reward.points > have:
        return f"{reward.points - have} {programme.unit} to go."
    return ""


def _named(tiers: Sequence[str], programme: Programme) -> str:
    """Tiers as people know them."""
    names = tier_names(programme)
    return ", ".join(names.get(key, key) for key in tiers)


def open_rewards(at: int):
    """Rewards that can be had at this moment."""
    begun = Reward.objects.filter(starts_us=None) | Reward.objects.filter(starts_us__lte=at)
    on = begun & (Reward.objects.filter(ends_us=None) | Reward.objects.filter(ends_us__gt=at))
    return on.filter(paused_us=None, archived_us=None)


def vouchers_of(*, person_ids: Sequence[int], at: int, limit: int = 50) -> list[Voucher]:
    """Vouchers of these people, newest first: those that are good and those that are not any more."""
    nodes = [node for theirs in people.nodes_of(list(person_ids)).values() for node in theirs]
    return list(Voucher.objects.filter(node_id__in=nodes).order_by("-id")[:limit])
