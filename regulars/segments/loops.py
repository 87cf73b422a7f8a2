"""The loop of segments: a tick whenever somebody was touched or is due."""

from regulars.core.loops import loop
from regulars.segments import actions


@loop("segments", lane="loops", idle=0.5)
def keep_segments(at: int) -> bool:
    """One tick over at most some thousand people."""
    return actions.tick(at)
