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
from regulars.channels.actions.holding import set_holdout
from regulars.channels.actions.mailboxes import read_mailboxes, remove_mailbox, save_mailbox
from regulars.channels.actions.opening import open_gate
from regulars.channels.actions.planning import Plan, Planned, plan
from regulars.channels.actions.repairing import retry_failed, settle_unknown
from regulars.channels.actions.rules import archive_topic, remove_cap, save_topic, set_cap, set_quiet_hours
from regulars.channels.actions.servers import (
    add_server,
    archive_sender,
    change_server,
    make_dkim_key,
    pause_server,
    resume_server,
    save_sender,
    use_published_key,
)
from regulars.channels.actions.suppressing import import_suppressions, lift_for_own_wish, lift_suppression, suppress
from regulars.channels.actions.transactional import send_transactional

__all__ = [
    "CannotSend",
    "Plan",
    "Planned",
    "add_hook",
    "add_server",
    "archive_sender",
    "archive_topic",
    "call_hook",
    "change_server",
    "ensure_campaign",
    "import_suppressions",
    "lift_for_own_wish",
    "lift_suppression",
    "make_calls",
    "make_dkim_key",
    "note_feedback",
    "open_gate",
    "pause_campaign",
    "pause_hook",
    "pause_server",
    "plan",
    "read_mailboxes",
    "remove_cap",
    "remove_hook",
    "remove_mailbox",
    "replay_calls",
    "resume_campaign",
    "resume_hook",
    "resume_server",
    "retry_failed",
    "save_mailbox",
    "save_sender",
    "save_topic",
    "send_transactional",
    "set_cap",
    "set_holdout",
    "set_quiet_hours",
    "settle_unknown",
    "stop_campaign",
    "suppress",
    "use_published_key",
]
