"""Vouchers are issued: bought with points, handed out by a message, given by hand or by a rule.

Each issue has an origin that is unique for ever, so doing it again gives the same voucher. How many there are in
all is kept by one conditional UPDATE and a CHECK; how many one person has is counted under a lock of that person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from regulars.core import bulk, crypto
from regulars.core.clock import DAY
from regulars.loyalty.models import Reward, Voucher
from regulars.loyalty.rewards import codes
from regulars.people import queries as people
from regulars.team.actions import audit

TERMS = (
    "name", "kind", "worth", "least", "products", "categories", "alone",
    "partner_id", "full_price", "partner_pays", "we_pay",
)  # fmt: skip

BROUGHT_BACK = "what it was given for was brought back"


class CannotIssue(ValueError):
    """A sentence: why there is no voucher."""


@dataclass(frozen=True)
class Issued:
    """A voucher with its code: `new` is False when this origin had been served before. `code` is "" for a gift card
    issued before: it is shown once and not kept."""

    voucher_id: int
    code: str
    expires_us: int | None
    new: bool


@transaction.atomic
def issue_voucher(
    *,
    reward_id: int,
    origin: str,
    at: int,
    by: str,
    cause: str,
    node_id: int | None = None,
    worth: int | None = None,
    points_key: str = "",
) -> Issued:
    """A voucher of a reward, for a person or for whoever holds the code. `worth` replaces that of a gift card.

    Idempotent by origin. Raises CannotIssue when the reward is over, sold out, or the person has had their share.
    """
    known = Voucher.objects.filter(origin=origin).first()
    if known is not None:
        return _again(known)
    reward = _open_reward(reward_id, at)
    if reward.most_each is not None and node_id is not None:
        _keep_to_share(reward, node_id)
    if not _take_one(reward.id):
        raise CannotIssue(f"“{reward.name}” is sold out: all {reward.most} are taken.")
    made, code = _voucher(reward, origin, node_id, worth, at)
    made.cause, made.points_key = cause, points_key
    made.save()
    if by.startswith(("user:", "key:")):
        audit(by=by, act="voucher.issue", object=f"voucher:{made.id}", details={"reward": reward.id}, at=at)
    return Issued(made.id, code, made.expires_us, True)


def _again(known: Voucher) -> Issued:
    return Issued(known.id, crypto.decrypt(known.sealed) if known.sealed else "", known.expires_us, False)


def _open_reward(reward_id: int, at: int) -> Reward:
    reward = Reward.objects.filter(id=reward_id, archived_us=None).first()
    if reward is None:
        raise CannotIssue("This reward does not exist any more.")
    if reward.paused_us is not None:
        raise CannotIssue(f"“{reward.name}” is paused just now.")
    if reward.starts_us is not None and at < reward.starts_us:
        raise CannotIssue(f"“{reward.name}” has not begun yet.")
    if reward.ends_us is not None and at >= reward.ends_us:
        raise CannotIssue(f"“{reward.name}” is over.")
    return reward


def _keep_to_share(reward: Reward, node_id: int) -> None:
    """Counts under a lock that lasts as long as the transaction: two at once of one person wait for each other."""
    person = people.person_id_of([node_id]).get(node_id, node_id)
    if connection.vendor == "postgresql":
        bulk.query("SELECT pg_advisory_xact_lock(%s, %s)", [7270, (reward.id * 1_000_003 + person) % 2**31])
    nodes = people.nodes_of([person]).get(person, [node_id])
    had = Voucher.objects.filter(reward_id=reward.id, node_id__in=nodes, revoked_us=None).count()
    if had >= reward.most_each:
        raise CannotIssue(f"This person has had “{reward.name}” {had} times, as often as it is given to one.")


def _take_one(reward_id: int) -> bool:
    return bool(
        bulk.execute(
            "UPDATE loyalty_reward SET issued = issued + 1 WHERE id = %s AND (most IS NULL OR issued < most)",
            [reward_id],
        )
    )


def _voucher(reward: Reward, origin: str, node_id: int | None, worth: int | None, at: int) -> tuple[Voucher, str]:
    code = codes.new_code()
    terms = terms_of(reward)
    if worth is not None:
        terms["worth"] = worth
    is_card = reward.kind == "gift_card"
    made = Voucher(
        reward_id=reward.id,
        node_id=node_id,
        origin=origin,
        digest=codes.digest(code),
        sealed="" if is_card else crypto.encrypt(code),
        hint=code[-4:],
        terms=terms,
        currency=reward.currency,
        uses=None if is_card else reward.uses,
        left=terms["worth"] if is_card else None,
        issued_us=at,
        expires_us=expires_at(reward, at),
    )
    return made, code


def terms_of(reward: Reward) -> dict[str, Any]:
    """What a voucher of this reward is good for, from now on and whatever becomes of the reward."""
    return {name: getattr(reward, name) for name in TERMS}


def expires_at(reward: Reward, at: int) -> int | None:
    """When a voucher of this reward that is issued now ends; None: never."""
    ends = [at + reward.valid_days * DAY] if reward.valid_days else []
    return min(ends + ([reward.ends_us] if reward.ends_us and reward.kind == "partner" else []), default=None)


@transaction.atomic
def revoke_voucher(*, voucher_id: int, reason: str, by: str, at: int) -> bool:
    """Make a code worthless that has not been used up. False when it already is."""
    theirs = Voucher.objects.filter(id=voucher_id, revoked_us=None)
    done = bool(theirs.update(revoked_us=at, why_revoked=reason.strip()[:200]))
    if done and by.startswith(("user:", "key:")):
        audit(by=by, act="voucher.revoke", object=f"voucher:{voucher_id}", at=at)
    return done


def take_back_for_threshold(*, threshold_id: int, node_ids: Sequence[int], at: int) -> int:
    """Codes nobody used that these nodes have of rewards for who stands across this threshold are worth nothing any
    more: what took them across was brought back. Returns how many; again, none."""
    rewards = Reward.objects.filter(threshold_id=threshold_id).values("id")
    theirs = Voucher.objects.filter(reward_id__in=rewards, node_id__in=list(node_ids), revoked_us=None, used=0)
    return theirs.update(revoked_us=at, why_revoked=BROUGHT_BACK)
