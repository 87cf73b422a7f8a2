"""What can be done to people: the only writer of this room's tables."""

from regulars.people.actions.accepting import Plan, accept_surest, plan_acceptance, take_back
from regulars.people.actions.consenting import record_consent
from regulars.people.actions.deciding import (
    CannotDo,
    accept_suggestion,
    merge_people,
    reject_suggestion,
    reopen_suggestion,
    separate,
    undo_link,
    undo_separation,
)
from regulars.people.actions.erasing import ErasureReport, erase_person, welcome_back
from regulars.people.actions.joining import TryAgain, rejoin
from regulars.people.actions.nobody import NOBODY, keep_nobody
from regulars.people.actions.noting import set_traits
from regulars.people.actions.quarantine import quarantine_value, release_quarantine
from regulars.people.actions.rebuilding import rejoin_everybody
from regulars.people.actions.record import record_sightings
from regulars.people.actions.touching import reads_touches, touch
from regulars.people.sighting import ConsentSaid, Sighting

__all__ = [
    "NOBODY",
    "CannotDo",
    "ConsentSaid",
    "ErasureReport",
    "Plan",
    "Sighting",
    "TryAgain",
    "accept_suggestion",
    "accept_surest",
    "erase_person",
    "keep_nobody",
    "merge_people",
    "plan_acceptance",
    "quarantine_value",
    "reads_touches",
    "record_consent",
    "record_sightings",
    "reject_suggestion",
    "rejoin",
    "rejoin_everybody",
    "release_quarantine",
    "reopen_suggestion",
    "separate",
    "set_traits",
    "take_back",
    "touch",
    "undo_link",
    "undo_separation",
    "welcome_back",
]
