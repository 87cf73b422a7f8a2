"""The loops of journeys and broadcasts."""

from regulars.core.loops import loop
from regulars.journeys import actions


@loop("journeys", lane="loops", idle=0.5)
def keep_journeys(at: int) -> bool:
    """Whoever is due is looked at; one batch per journey."""
    return actions.advance(at)


@loop("broadcasts", lane="loops", idle=0.5)
def keep_broadcasts(at: int) -> bool:
    """One batch per broadcast."""
    return actions.plan_broadcasts(at)
