"""What an account says when something is wrong, and when it is asked again."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from regulars.channels.networks import cleaning
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Expired, Slower, Unreachable
from regulars.core.clock import MINUTE, SECOND
from regulars.team.actions import audit

log = logging.getLogger(__name__)
FIRST, LONGEST = 5 * SECOND, 15 * MINUTE
MOST_WAIT = 24 * 60 * MINUTE


def wait_after(failures: int) -> int:
    """Microseconds until the next try after so many failures in a row: 5 s, 10 s, 20 s ... 15 min."""
    return min(LONGEST, FIRST << min(failures, 12))


def note_surprise(account: Account, why: Exception) -> None:
    """A trouble that no line should raise is a defect of ours: the log gets all of it, the page a sentence."""
    if not isinstance(why, Expired | Slower | Unreachable):
        log.error("Account %s of %s: %r", account.id, account.kind, why, exc_info=why)


def note_trouble(account: Account, why: Exception, at: int) -> None:
    """Write down what is wrong and when it is asked again; an expired key pauses the account."""
    note_surprise(account, why)
    sentence = cleaning.line(str(why), 300) or _("It answered in a way nobody expected.")
    if isinstance(why, Expired):
        note_expired(account, sentence, at)
        return
    news: dict[str, Any] = {"trouble": sentence, "leased_us": 0}
    if isinstance(why, Slower):
        news |= {"next_us": at + min(max(why.wait_us, SECOND), MOST_WAIT)}
    else:
        news |= {"next_us": at + wait_after(account.failures), "failures": F("failures") + 1}
        news |= {"failing_us": account.failing_us or at}
    Account.objects.filter(id=account.id).update(**news)


def note_expired(account: Account, sentence: str, at: int) -> None:
    """Nothing is tried with a dead key again and again: networks lock accounts for it."""
    gone = {"paused_us": at, "paused_why": sentence, "trouble": sentence, "leased_us": 0}
    if Account.objects.filter(id=account.id, paused_us=None).update(**gone, failing_us=account.failing_us or at):
        audit(by="system", act="account.expired", object=f"account:{account.id}", details={}, at=at)
