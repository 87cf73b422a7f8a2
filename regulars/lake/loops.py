"""The lake's loop."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.lake import actions


@loop("lake", lane="loops", idle=1.0)
def copy_to_lake(at: int) -> bool:
    """One batch from the truth to the lake, and one piece of upkeep."""
    return actions.copy_once(at)
