"""Run by the tests in a process of its own, and killed there: fill segments, live on, say what is stored."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from conftest import NOW  # noqa: E402
from regulars.core.clock import DAY  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.people.actions import merge_people  # noqa: E402
from regulars.people.models import Link  # noqa: E402
from regulars.segments import actions, ledger  # noqa: E402
from regulars.segments.models import Change, Membership, Segment  # noqa: E402
from regulars.segments.tests.test_ticks import RECENT, bought, settle, someone  # noqa: E402

ledger.ROWS = 4  # several commits in a small shop
RARE = {"none": [{"event": "Order Completed", "within_days": 10}]}


def begin() -> None:
    """Eight people of whom half bought something, and three segments that are not evaluated yet."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    people = [someone(f"p{n}", NOW) for n in range(8)]
    for n, person in enumerate(people[::2]):
        bought(person, NOW - n * DAY)
    settle(NOW)
    first = actions.create_segment(name="recent", definition=RECENT, by="user:1", at=NOW)
    actions.create_segment(name="rare", definition=RARE, by="user:1", at=NOW)
    actions.create_segment(name="both", definition={"all": [{"segment": first.id}, RARE]}, by="user:1", at=NOW)


def work() -> None:
    """Evaluate, merge two, let time pass. Ends the same every time."""
    if not Link.objects.exists():
        settle(NOW)
        merge_people(a=1, b=2, by="user:1", at=NOW, evidence={})
    settle(NOW)
    settle(NOW + 9 * DAY)
    settle(NOW + 40 * DAY)
    report()


def report() -> None:
    """What is stored, as one line."""
    rows = sorted(Membership.objects.values_list("segment_id", "person_id", "member", "since_us"))
    changes = sorted(Change.objects.values_list("segment_id", "person_id", "at", "entered", "cause", "moved"))
    people = sorted(Segment.objects.values_list("id", "people", "ticked_us", "evaluated_version"))
    print("report " + json.dumps([rows, changes, people]))


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
