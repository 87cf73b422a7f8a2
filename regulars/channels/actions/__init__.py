"""What can be done to messages: the only writer of this room's tables, beside delivery."""

from regulars.channels.actions.calling import (
    add_hook,
    call_hook,
    make_calls,
    pause_hook,
    remove_hook,
    replay_calls,
    resume_hook,
)
from regulars.channels.actions.campaigns import ensure_campaign, pause_campaign, resume_campaign, stop_campaign
from regulars.channels.actions.errors import CannotSend
from regulars.channels.actions.feedback import note_feedback
from regulars.channels.actions.opening import open_gate
from regulars.channels.actions.planning import Plan, Planned, plan
from regulars.channels.actions.repairing import retry_failed, settle_unknown
from regulars.channels.actions.suppressing import lift_suppression, suppress
from regulars.channels.actions.transactional import send_transactional

__all__ = [
    "CannotSend",
    "Plan",
    "Planned",
    "add_hook",
    "call_hook",
    "ensure_campaign",
    "lift_suppression",
    "make_calls",
    "note_feedback",
    "open_gate",
    "pause_campaign",
    "pause_hook",
    "plan",
    "remove_hook",
    "replay_calls",
    "resume_campaign",
    "resume_hook",
    "retry_failed",
    "send_transactional",
    "settle_unknown",
    "stop_campaign",
    "suppress",
]
