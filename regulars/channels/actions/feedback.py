"""What comes back: deliveries, bounces, complaints, opens, clicks, replies."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.channels.providers import Returned


def note_feedback(*, items: Sequence[Returned], at: int) -> int:
    """Record news about messages; returns how many were new. Idempotent by occasion."""
    raise NotImplementedError
