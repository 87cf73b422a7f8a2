"""Digests of devices and network addresses are forgotten when their time is over."""

from __future__ import annotations

from regulars.core.jobs import job
from regulars.loyalty.models import Referral, ReferralCode
from regulars.loyalty.rewards.guesses import forget_old


@job(lane="soon")
def forget_digests(*, at: int) -> None:
    """Those whose date has passed. Idempotent."""
    Referral.objects.filter(forget_us__lte=at).update(device="", place="", forget_us=None)
    ReferralCode.objects.filter(forget_us__isnull=False, forget_us__lte=at).update(
        device="", place="", forget_us=None
    )
    forget_old(at=at)
