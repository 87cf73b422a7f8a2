"""What the portal forgets by itself: sign-ups nobody confirmed, and links that cannot be used any more."""

from __future__ import annotations

from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.portal.actions import talking
from regulars.portal.actions.forgetting import forget_expired

KEPT_US = 30 * DAY


@job(lane="soon")
def forget_old(*, at: int) -> None:
    """Delete what expired more than thirty days ago; the ledger keeps what was agreed to."""
    forget_expired(before=at - KEPT_US)


@job(lane="soon")
def mail_answers(*, at: int) -> None:
    """Answers that visitors have not seen on the page go by mail, to those who confirmed an address."""
    talking.mail_answers(at=at)
