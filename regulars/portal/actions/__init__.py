"""What customers can do on their own pages, and what staff can do about the forms."""

from regulars.portal.actions.choosing import Choices, choose, unsubscribe
from regulars.portal.actions.forms import CannotSave, archive_form, save_form
from regulars.portal.actions.joining import Answers, CannotJoin, confirm, join
from regulars.portal.actions.returning import seen_click, seen_open
from regulars.portal.actions.signing_in import send_link_to, send_sign_in_link, sign_in

__all__ = [
    "Answers",
    "CannotJoin",
    "CannotSave",
    "Choices",
    "archive_form",
    "choose",
    "confirm",
    "join",
    "save_form",
    "seen_click",
    "seen_open",
    "send_link_to",
    "send_sign_in_link",
    "sign_in",
    "unsubscribe",
]
