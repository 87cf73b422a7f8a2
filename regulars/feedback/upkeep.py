"""What surveys do by the clock, see config/schedule.py."""

from __future__ import annotations

from regulars.core.jobs import job
from regulars.feedback.actions.sending import follow_messages


@job(lane="soon")
def follow(*, at: int) -> None:
    """What became of the messages that ask."""
    follow_messages(at=at)
