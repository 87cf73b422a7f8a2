"""What publishing does by itself, again and again."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.social.actions.handing import hand_over_due


@loop("publishing", idle=2.0)
def hand_over(at: int) -> bool:
    """Posts whose time has come."""
    return hand_over_due(at=at)
