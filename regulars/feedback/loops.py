"""What surveys do by themselves, again and again."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.feedback.actions.sending import send_invitations


@loop("surveys", idle=5.0)
def ask_next(at: int) -> bool:
    """Messages for the invitations whose turn it is."""
    return send_invitations(at=at)
