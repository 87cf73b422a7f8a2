"""The gate: after a restore or a standstill a person says that messages may leave again."""

from __future__ import annotations

from django.db import transaction

from regulars.channels.models import Gate
from regulars.team.actions import audit


@transaction.atomic
def open_gate(*, by: str, at: int) -> None:
    """Let messages leave the house again. Idempotent."""
    if (
        Gate.objects.filter(id=1)
        .exclude(closed_us=None)
        .update(closed_us=None, why="", opened_us=at, opened_by=by, beat_us=at)
    ):
        audit(by=by, act="gate.open", object="gate", details={}, at=at)
