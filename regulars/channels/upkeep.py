"""What channels do by themselves: forget, so that their tables stay bounded, and look for published keys."""

from __future__ import annotations

from regulars.channels.actions.forgetting import forget_contacts, forget_mail_tokens, forget_nobodies, forget_tallies
from regulars.channels.networks import keeping
from regulars.channels.signing import use_what_is_published
from regulars.core.clock import DAY
from regulars.core.jobs import job

CONTACTS_US = 400 * DAY  # no cap looks further back than a year
TALLIES_US = 60 * DAY
NOBODY_US = 30 * DAY
MAIL_TOKENS_US = 120 * DAY  # Microsoft forgets one that was not used for 90


@job(lane="soon")
def forget_old(*, at: int) -> None:
    """Contacts no cap asks for, sums nobody looks at, and addresses of people who never confirmed."""
    forget_contacts(before=at - CONTACTS_US)
    forget_tallies(before=at - TALLIES_US)
    forget_nobodies(before=at - NOBODY_US)
    forget_mail_tokens(before=at - MAIL_TOKENS_US)


@job(lane="soon", retries=0)
def look_for_keys(*, at: int) -> None:
    """Every fresh DKIM key whose record is in the DNS signs from now on."""
    use_what_is_published(at=at)


@job(lane="soon")
def forget_strangers(*, at: int) -> None:
    """What strangers said on networks longer ago than their accounts keep it."""
    keeping.forget_strangers(at=at)
    keeping.forget_authors(at=at)
