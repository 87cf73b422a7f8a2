"""What can be done to people: the only writer of this room's tables."""

from regulars.people.actions.joining import TryAgain, rejoin
from regulars.people.actions.nobody import NOBODY, keep_nobody
from regulars.people.actions.record import record_sightings
from regulars.people.actions.touching import touch
from regulars.people.sighting import ConsentSaid, Sighting

__all__ = ["NOBODY", "ConsentSaid", "Sighting", "TryAgain", "keep_nobody", "record_sightings", "rejoin", "touch"]
