"""What is thrown away in time: raw requests and dead letters that served."""

from __future__ import annotations

import os

from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.events import inbox
from regulars.events.models import DeadLetter


def raw_days() -> int:
    """How long raw requests are kept after they are taken in: REGULARS_RAW_DAYS, default 30."""
    return int(os.environ.get("REGULARS_RAW_DAYS", "30"))


@job(lane="long")
def prune_inbox(*, at: int) -> int:
    """Delete raw requests and replayed dead letters older than that; how many."""
    before, box, gone = at - raw_days() * DAY, inbox.store(), 0
    while found := box.prune(before):
        gone += found
    DeadLetter.objects.filter(replayed_us__lt=before).delete()
    return gone


@job(lane="soon")
def prune_imports(*, at: int) -> None:
    """Delete stored copies of files that no import will read again."""
    from regulars.events.sources.csv.actions import prune

    prune(at)
