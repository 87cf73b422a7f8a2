"""Work of this room that runs in the queue."""

from __future__ import annotations

from regulars.channels.actions.calling import make_calls
from regulars.core.clock import now_us
from regulars.core.jobs import job


@job(lane="soon")
def make_due_calls() -> None:
    """Make the calls to other programs that are due, until none is. Running twice at once is harmless."""
    while make_calls(at=now_us()):
        pass
