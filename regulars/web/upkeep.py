"""Periodic jobs of this room; config/schedule.py says when."""

from regulars.core.jobs import job
from regulars.web import uploads


@job(lane="soon")
def sweep_uploads(*, at: int) -> None:
    """Remove uploads that nobody imported within a day."""
    uploads.sweep()
