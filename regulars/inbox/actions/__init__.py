"""What we can do about cases."""

from regulars.inbox.actions.closing import close, reopen
from regulars.inbox.actions.desk import change_desk, change_routing
from regulars.inbox.actions.errors import CannotDo
from regulars.inbox.actions.looking import look, stop_looking
from regulars.inbox.actions.opening import NewCase, open_case, open_cases
from regulars.inbox.actions.owning import assign, set_due, set_priority
from regulars.inbox.actions.watching import watch
from regulars.inbox.actions.writing import see_notices, snooze, wake, write_answer, write_note, write_said

__all__ = [
    "CannotDo",
    "NewCase",
    "assign",
    "change_desk",
    "change_routing",
    "close",
    "look",
    "open_case",
    "open_cases",
    "reopen",
    "see_notices",
    "set_due",
    "set_priority",
    "snooze",
    "stop_looking",
    "wake",
    "watch",
    "write_answer",
    "write_note",
    "write_said",
]
