"""The loop of journeys: whoever is due is looked at."""

from regulars.core.loops import loop
from regulars.journeys import actions


@loop("journeys", lane="loops", idle=0.5)
def keep_journeys(at: int) -> bool:
    """One batch per journey."""
    return actions.advance(at)
