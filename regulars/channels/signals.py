"""What happened to messages, for the rooms above and for other programs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FeedbackNoted:
    """These news (models.Feedback) came in."""

    feedback_ids: tuple[int, ...]
    at: int
