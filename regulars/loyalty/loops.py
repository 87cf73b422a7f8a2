"""The loops of the programme."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.loyalty.actions.claiming import count_due


@loop("loyalty", idle=0.5)
def count(at: int) -> bool:
    """Points, tiers and thresholds of whoever bought or did something, or whose time has come."""
    return count_due(at)
