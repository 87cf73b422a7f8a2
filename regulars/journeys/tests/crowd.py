"""Run by a test in processes of its own: many people due at once, and workers that advance them side by side."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from conftest import NOW  # noqa: E402
from regulars.channels.models import Message  # noqa: E402
from regulars.core import bulk  # noqa: E402
from regulars.core.clock import DAY  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.journeys import actions  # noqa: E402
from regulars.journeys.actions import advancing  # noqa: E402
from regulars.journeys.models import Enrolment, Passage  # noqa: E402
from regulars.journeys.tests.cast import live, someone, template  # noqa: E402
from regulars.journeys.tests.crowd_size import PEOPLE  # noqa: E402

advancing.AT_ONCE = 20


def begin() -> None:
    """Everybody waits a day in the same journey."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    note = {"id": "f", "kind": "fact", "name": "seen", "value": True}
    steps = [{"id": "w", "kind": "wait", "days": 1}, note, {"id": "s", "kind": "send", "template": template()}]
    journey = live({"start": {"kind": "manual"}, "steps": steps}, NOW)
    people = [someone(f"p{n}", NOW) for n in range(PEOPLE)]
    actions.enrol_people(journey_id=journey.id, person_ids=people, by="user:1", at=NOW)
    while actions.advance(NOW):
        pass


def work() -> None:
    """Advance until nobody is left."""
    while bulk.query("SELECT count(*) FROM journeys_enrolment WHERE ended_us IS NULL")[0][0]:
        actions.advance(NOW + DAY)


def report() -> None:
    """Runs by outcome, passages, messages."""
    done = Enrolment.objects.filter(outcome="done").count()
    print("report " + json.dumps([done, Passage.objects.count(), Message.objects.count()]))


if __name__ == "__main__":
    {"begin": begin, "work": work, "report": report}[sys.argv[1]]()
