"""What bringing a friend brings: as it is offered now, and as a referral keeps it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.loyalty.models import ReferralTerms, Reward
from regulars.team.actions import audit

KEPT = (
    "friend_reward_id", "friend_points", "referrer_reward_id", "referrer_points", "safe_by", "return_days", "least",
    "within_days", "most_year", "hold_at",
)  # fmt: skip
FIELDS = (*KEPT, "on", "title", "text", "keep_days")
TITLE = "A friend thinks you would like it here"


class CannotKeep(ValueError):
    """A sentence, and which field it is about."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def offered() -> ReferralTerms:
    """The terms as they are offered; not stored, and off, before somebody wrote them down."""
    return ReferralTerms.objects.filter(id=1).first() or ReferralTerms(id=1, title=TITLE)


def pinned(terms: ReferralTerms) -> dict[str, Any]:
    """What a referral that begins now keeps, whatever becomes of the offer."""
    return {name: getattr(terms, name) for name in KEPT}


@transaction.atomic
def save_terms(*, values: dict[str, Any], by: str, at: int) -> ReferralTerms:
    """Write the offer down; referrals that began before keep theirs. Raises CannotKeep."""
    terms = offered()
    for name, value in values.items():
        if name not in FIELDS:
            raise CannotKeep(name, f"There is no “{name}” in the offer.")
        setattr(terms, name, value)
    _check(terms)
    terms.save()
    audit(by=by, act="referrals.save", object="referrals", details={"on": terms.on}, at=at)
    return terms


def _check(terms: ReferralTerms) -> None:
    if not terms.title.strip():
        raise CannotKeep("title", "Say in a line what the friend gets.")
    if terms.safe_by not in ("window", "second"):
        raise CannotKeep("safe_by", "Choose when the friend's purchase is safe.")
    if min(terms.friend_points, terms.referrer_points, terms.return_days, terms.least) < 0:
        raise CannotKeep("least", "Nothing here can be less than 0.")
    for name in ("friend_reward_id", "referrer_reward_id"):
        chosen = getattr(terms, name)
        if chosen and not Reward.objects.filter(id=chosen, archived_us=None).exists():
            raise CannotKeep(name, "This reward does not exist any more.")
