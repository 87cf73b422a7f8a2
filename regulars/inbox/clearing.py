"""After an erasure: SQLite's index of words is merged until no part of it holds a word that was taken out."""

from __future__ import annotations

from django.db import connection

from regulars.core.jobs import job
from regulars.inbox.searching import tidy_index
from regulars.people.actions.erasing import wipe


@job(lane="soon")
def clear_index(*, at: int) -> None:
    """Merge all of it in small steps, then wipe what they left in SQLite's log. Again, it changes nothing."""
    if connection.vendor == "sqlite":
        while tidy_index():
            pass
        wipe(at)
