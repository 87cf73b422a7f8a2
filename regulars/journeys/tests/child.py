"""Run by the tests in a process of its own, and killed there: fill journeys, live on, say what is stored."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from conftest import NOW  # noqa: E402
from regulars.channels.models import Message  # noqa: E402
from regulars.core.clock import DAY, HOUR  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.journeys import actions  # noqa: E402
from regulars.journeys.actions import advancing, broadcasting, moving  # noqa: E402
from regulars.journeys.models import Broadcast, Enrolment, Journey, Passage, Tally, Task  # noqa: E402
from regulars.journeys.tests.cast import did, live, settle, someone, template  # noqa: E402
from regulars.people.actions import merge_people  # noqa: E402
from regulars.people.models import Link, Trait  # noqa: E402
from regulars.segments import actions as segments  # noqa: E402

advancing.AT_ONCE = moving.AT_ONCE = broadcasting.AT_ONCE = 3  # several commits in a small shop
for pace in (advancing._pace, broadcasting._pace):
    pace.size, pace.least, pace.most = 2, 2, 2


def tree(text: int, tag: int, *, note: str) -> dict:
    """Every kind of effect, a wait between them, two ways."""
    waits = {"id": "w", "kind": "wait_event", "event": "Order Completed", "within_days": 2,
             "yes": [{"id": "t", "kind": "send", "template": text}], "no": [{"id": "x", "kind": "exit"}]}  # fmt: skip
    return {
        "start": {"kind": "event", "event": "Signed Up"},
        "steps": [
            {"id": "s", "kind": "send", "template": text},
            {"id": "l", "kind": "list", "list": tag},
            waits,
            {"id": note, "kind": "fact", "name": note, "value": True},
            {"id": "q", "kind": "ask", "text": "Call"},
        ],
    }


def begin() -> None:
    """Eight people who sign up; those of even number buy."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    text, tag = template(), segments.create_list(name="Tagged", by="user:1", at=NOW).id
    live(tree(text, tag, note="one"), NOW)
    often = {"event": "Order Completed", "op": ">=", "value": 1}
    buyers = segments.create_segment(name="Buyers", definition=often, by="user:1", at=NOW)
    bought = {"kind": "segment", "segment": buyers.id}
    settle(NOW)
    live({"start": bought, "steps": [{"id": "f", "kind": "fact", "name": "buyer", "value": 1}]}, NOW, name="Buyers")
    people = [someone(f"p{n}", NOW) for n in range(8)]
    for n, person in enumerate(people):
        did(person, "Signed Up", NOW + n)
        if n % 2 == 0:
            did(person, "Order Completed", NOW + DAY + n)
    listed = segments.create_list(name="All", person_ids=people, by="user:1", at=NOW)
    actions.create_broadcast(name="Sale", template_id=text, segments=[listed.id], by="user:1", at=NOW)


def work() -> None:
    """Live three days: halfway a new version, a merge and a broadcast. Ends the same every time."""
    settle(NOW + HOUR)
    first = Journey.objects.get(name="Welcome")
    if first.live_version == 1:
        draft = json.loads(json.dumps(first.draft).replace('"one"', '"two"'))
        actions.save_draft(journey_id=first.id, tree=draft, by="user:1", at=NOW + HOUR)
        actions.publish(journey_id=first.id, moves={"w": "w"}, by="user:1", at=NOW + HOUR)
    settle(NOW + 2 * HOUR)
    if not Link.objects.exists():
        merge_people(a=1, b=2, by="user:1", at=NOW + 2 * HOUR, evidence={})
    actions.launch(broadcast_id=Broadcast.objects.get().id, by="user:1", at=NOW + 2 * HOUR)
    for days in (1, 2, 4):
        settle(NOW + days * DAY + HOUR)
        while actions.plan_broadcasts(NOW + days * DAY + HOUR):
            pass
    report()


def report() -> None:
    """What is stored, as one line."""
    runs = sorted(
        Enrolment.objects.values_list(
            "journey_id", "version", "node_id", "person_id", "step", "outcome", "arrived_us"
        )
    )
    steps = sorted(Passage.objects.values_list("enrolment_id", "step", "outcome", "at"))
    sums = sorted(Tally.objects.values_list("journey_id", "version", "step", "way", "runs"))
    sent = sorted(Message.objects.values_list("key", "node_id"))
    facts = sorted(Trait.objects.values_list("node_id", "name", "value"))
    asked = sorted(Task.objects.values_list("enrolment_id", "step"))
    print("report " + json.dumps([runs, steps, sums, sent, facts, asked]))


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
