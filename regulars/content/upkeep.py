"""What happens to texts by itself, see config/schedule.py."""

from __future__ import annotations

from django.db import transaction

from regulars.content.factbase import actions, queries
from regulars.content.signals import StatementsEnding
from regulars.core.jobs import job
from regulars.core.signals import send


@job(lane="soon")
@transaction.atomic
def warn_of_expiry(*, at: int) -> int:
    """Tell the owners, once, which statements expire within two weeks; Today lists them until they are settled."""
    found = [one for one in queries.ending(at=at) if one.warned_us is None]
    if found:
        actions.note_warned(statement_ids=[one.id for one in found], at=at)
        send(StatementsEnding(tuple((one.id, one.owner) for one in found), at))
    return len(found)
