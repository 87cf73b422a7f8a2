"""Somebody looked at a referral that was held: it is one, or it is none. The reason is kept."""

from __future__ import annotations

from django.db import transaction

from regulars.loyalty.models import Referral
from regulars.loyalty.referrals.fate import FINAL, Fate
from regulars.loyalty.referrals.judging import become, judge
from regulars.team.actions import audit


class CannotDecide(ValueError):
    """A sentence: why this cannot be decided so."""


@transaction.atomic
def approve(*, referral_id: int, reason: str, by: str, at: int) -> Referral:
    """It is a friend: the reward comes when the order is safe. Raises CannotDecide. Idempotent."""
    referral = _locked(referral_id, reason)
    referral.approved_us, referral.decided_by, referral.why = at, by, reason.strip()[:200]
    referral.save(update_fields=["approved_us", "decided_by", "why"])
    _note("approve", referral, by, at)
    return judge(referral_id=referral_id, at=at)


@transaction.atomic
def void(*, referral_id: int, reason: str, by: str, at: int) -> Referral:
    """It is none: nothing is given, and what was given is taken back. Raises CannotDecide."""
    referral = _locked(referral_id, reason)
    referral.decided_by = by
    become(referral, Fate("void", referral.order_id, why=reason.strip()[:200]), at)
    _note("void", referral, by, at)
    return referral


def _locked(referral_id: int, reason: str) -> Referral:
    if not reason.strip():
        raise CannotDecide("Say why in a few words: it is kept for who asks later.")
    referral = Referral.objects.select_for_update().get(id=referral_id)
    if referral.state in FINAL:
        raise CannotDecide("This one is closed already.")
    return referral


def _note(act: str, referral: Referral, by: str, at: int) -> None:
    """The reason stays with the referral: the log outlives people, and a reason may name one."""
    said = {"score": referral.score, "state": referral.state}
    audit(by=by, act=f"referral.{act}", object=f"referral:{referral.id}", details=said, at=at)
