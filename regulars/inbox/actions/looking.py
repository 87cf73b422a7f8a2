"""Who has a case open just now, so that two people do not answer the same person."""

from __future__ import annotations

from regulars.core import bulk
from regulars.inbox.models import Looking


def look(*, case_id: int, user_id: int, typing: bool, at: int) -> None:
    """Note that a colleague has the case on their screen, and whether they are writing."""
    bulk.insert(
        Looking,
        ("case_id", "user_id", "seen_us", "typed_us"),
        [(case_id, user_id, at, at if typing else None)],
        conflict="(case_id, user_id) DO UPDATE SET seen_us = excluded.seen_us,"
        " typed_us = COALESCE(excluded.typed_us, inbox_looking.typed_us)",
    )


def stop_looking(*, before: int) -> int:
    """Forget who looked before that time."""
    return Looking.objects.filter(seen_us__lt=before).delete()[0]
