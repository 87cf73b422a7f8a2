"""Forgetting what can do nothing any more."""

from __future__ import annotations

from regulars.portal.models import Joining, SignIn


def forget_expired(*, before: int) -> int:
    """Delete unconfirmed sign-ups and sign-in links that expired before; returns how many. Idempotent."""
    waited = Joining.objects.filter(confirmed_us=None, expires_us__lt=before).delete()[0]
    return waited + SignIn.objects.filter(expires_us__lt=before).delete()[0]
