"""What can be done to messages: the only writer of this room's tables, beside delivery."""

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
    "ensure_campaign",
    "lift_suppression",
    "note_feedback",
    "open_gate",
    "pause_campaign",
    "plan",
    "resume_campaign",
    "retry_failed",
    "send_transactional",
    "settle_unknown",
    "stop_campaign",
    "suppress",
]
