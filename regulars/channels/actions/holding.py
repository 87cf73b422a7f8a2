"""The permanent holdout of the business: people whom marketing never reaches, to measure what it does."""

from __future__ import annotations

import secrets

from django.db import transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.models import Holdout
from regulars.team.actions import audit


@transaction.atomic
def set_holdout(*, share: float, by: str, at: int) -> None:
    """The share of people whom marketing never reaches, drawn anew; 0 ends it. The one before stays on record."""
    if not 0 <= share <= 0.5:
        raise CannotSend("A holdout is a share from 0 to 0.5 of the people; 0.05 is usual.")
    Holdout.objects.filter(until_us=None).update(until_us=at)
    if share:
        Holdout.objects.create(share=share, salt=secrets.token_hex(16), since_us=at, by=by)
    audit(by=by, act="holdout.set", object="holdout", details={"share": share}, at=at)
