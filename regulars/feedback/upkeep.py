"""What surveys do by the clock, see config/schedule.py."""

from __future__ import annotations

from regulars.core.jobs import job
from regulars.feedback.actions.sending import follow_messages
from regulars.feedback.asking import ask_in_waves


@job(lane="soon")
def follow(*, at: int) -> None:
    """What became of the messages that ask."""
    follow_messages(at=at)


@job(lane="long")
def ask_waves(*, at: int) -> None:
    """Whose day of the wave comes until tomorrow."""
    ask_in_waves(at=at)
