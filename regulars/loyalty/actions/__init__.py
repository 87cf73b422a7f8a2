"""What can be done with the programme. The ledger's own actions are in `loyalty.ledger`."""

from regulars.loyalty.actions.members import card_of, join, leave
from regulars.loyalty.actions.occasions import give, note_occasions, void_occasion
from regulars.loyalty.actions.programmes import (
    CannotDo,
    change_programme,
    count_everybody,
    create_programme,
    end_programme,
)
from regulars.loyalty.actions.rehearsing import ask_rehearsal, rehearse
from regulars.loyalty.actions.rules import drop_draft, publish, save_draft
from regulars.loyalty.actions.thresholds import create_threshold, end_threshold
from regulars.loyalty.story.telling import tell_story

__all__ = [
    "CannotDo",
    "ask_rehearsal",
    "card_of",
    "change_programme",
    "count_everybody",
    "create_programme",
    "create_threshold",
    "drop_draft",
    "end_programme",
    "end_threshold",
    "give",
    "join",
    "leave",
    "note_occasions",
    "publish",
    "rehearse",
    "save_draft",
    "tell_story",
    "void_occasion",
]
