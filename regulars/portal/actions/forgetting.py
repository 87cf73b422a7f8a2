"""Forgetting what can do nothing any more."""

from __future__ import annotations

from regulars.core.clock import DAY
from regulars.portal.models import Joining, SignIn, Talk


def forget_expired(*, before: int) -> int:
    """Delete unconfirmed sign-ups, sign-in links and visitors' secrets that expired before; how many. Idempotent."""
    waited = Joining.objects.filter(confirmed_us=None, expires_us__lt=before).delete()[0]
    waited += Talk.objects.filter(last_us__lt=before - 90 * DAY).delete()[0]  # what was said stays with its account
    return waited + SignIn.objects.filter(expires_us__lt=before).delete()[0]
