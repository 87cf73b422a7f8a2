"""What we can do about cases and conversations."""

from regulars.inbox.actions.answering import (
    Answered,
    answer,
    approve_answer,
    retry_answer,
    save_draft,
    withdraw_answer,
)
from regulars.inbox.actions.closing import close, reopen
from regulars.inbox.actions.desk import change_desk, change_routing, remove_desk, remove_routing
from regulars.inbox.actions.erasing import erase_author
from regulars.inbox.actions.labelling import add_label, archive_label, remove_label, save_label
from regulars.inbox.actions.looking import look, stop_looking
from regulars.inbox.actions.merging import merge, unmerge
from regulars.inbox.actions.moderating import agree, carry_out, moderate, refuse
from regulars.inbox.actions.opening import NewCase, open_case, open_cases
from regulars.inbox.actions.owning import assign, set_due, set_priority
from regulars.inbox.actions.proving import prove_author, undo_address, undo_proof
from regulars.inbox.actions.replies import (
    Ran,
    archive_macro,
    archive_reply,
    fill,
    run_macro,
    save_macro,
    save_reply,
)
from regulars.inbox.actions.ruling import (
    act_on_time,
    archive_rule,
    order_rules,
    pause_rule,
    resume_rule,
    save_rule,
)
from regulars.inbox.actions.watching import watch
from regulars.inbox.actions.writing import see_notices, snooze, wake, write_answer, write_note, write_said
from regulars.inbox.errors import AnsweredAlready, CannotDo, GateAsks

__all__ = [
    "Answered",
    "AnsweredAlready",
    "CannotDo",
    "GateAsks",
    "NewCase",
    "Ran",
    "act_on_time",
    "add_label",
    "agree",
    "answer",
    "approve_answer",
    "archive_label",
    "archive_macro",
    "archive_reply",
    "archive_rule",
    "assign",
    "carry_out",
    "change_desk",
    "change_routing",
    "close",
    "erase_author",
    "fill",
    "look",
    "merge",
    "moderate",
    "open_case",
    "open_cases",
    "order_rules",
    "pause_rule",
    "prove_author",
    "refuse",
    "remove_desk",
    "remove_label",
    "remove_routing",
    "reopen",
    "resume_rule",
    "retry_answer",
    "run_macro",
    "save_draft",
    "save_label",
    "save_macro",
    "save_reply",
    "save_rule",
    "see_notices",
    "set_due",
    "set_priority",
    "snooze",
    "stop_looking",
    "undo_address",
    "undo_proof",
    "unmerge",
    "wake",
    "watch",
    "withdraw_answer",
    "write_answer",
    "write_note",
    "write_said",
]
