"""What listening does by itself, again and again."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.core.sqlite import repeatable
from regulars.social.actions.mentions import follow, match_again
from regulars.social.actions.topics import clear_archived


@loop("listening", idle=0.5)
def match_changed(at: int) -> bool:
    """What is new, edited or gone."""
    with repeatable():
        return follow(at=at)


@loop("listening_again", lane="consumers", idle=2.0)
def match_stored(at: int) -> bool:
    """What is stored, for topics whose query is new; what archived topics left."""
    with repeatable():
        return match_again(at=at) or clear_archived()
