"""What surveys do by themselves, again and again."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.feedback.actions.sending import send_invitations
from regulars.feedback.asking import follow_segments


@loop("surveys", idle=5.0)
def ask_next(at: int) -> bool:
    """Messages for the invitations whose turn it is."""
    return send_invitations(at=at)


@loop("surveys_segments", lane="consumers", idle=1.0)
def follow_changes(at: int) -> bool:
    """Who entered a segment that a survey waits for."""
    return follow_segments(at)
