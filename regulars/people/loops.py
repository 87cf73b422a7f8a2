"""The loops of this room: profiles follow the Touch log, which is cut where everybody has read it."""

from regulars.core.loops import loop
from regulars.people.actions.profiling import follow_touches
from regulars.people.actions.touching import prune_touches


@loop("profiles", lane="profiles", idle=0.2)
def profiles(at: int) -> bool:
    """Bring the profiles of touched persons up to date."""
    return follow_touches()


@loop("prune-touches", idle=60)
def prune(at: int) -> bool:
    """Cut the Touch log."""
    return prune_touches(at=at)
