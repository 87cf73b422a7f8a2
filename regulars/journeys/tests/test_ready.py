"""Ready-made journeys can be taken and published; rehearsing and replaying count and write nothing."""

from __future__ import annotations

import pytest

from regulars.channels.models import Message
from regulars.core.clock import DAY, HOUR
from regulars.core.plugs import discover
from regulars.journeys import actions, ready
from regulars.journeys.models import Enrolment, Passage
from regulars.journeys.rehearsal import rehearse, replay
from regulars.journeys.tests.cast import did, live, passed, settle, someone, template
from regulars.journeys.tree import parse
from regulars.people.models import Trait

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("key", [one.key for one in ready.OFFERS])
def test_a_ready_made_journey_can_be_taken_and_published(business, at, key):
    discover()
    content = pytest.importorskip("regulars.content.actions")
    assert content
    made = ready.take(key=key, by="user:1", at=at)
    version = actions.publish(journey_id=made.id, by="user:1", at=at)
    sends = [step for step in str(version.tree).split() if step == "'send',"]
    assert len(version.campaigns) == len(sends) > 0
    assert ready.take(key=key, by="user:1", at=at).name == f"{made.name} 2"


def tree(text: int) -> dict:
    waits = {"id": "w", "kind": "wait_event", "event": "Order Completed", "within_days": 2,
             "yes": [{"id": "y", "kind": "send", "template": text}], "no": [{"id": "x", "kind": "exit"}]}  # fmt: skip
    branch = {"id": "b", "kind": "branch", "condition": {"event": "Order Completed", "op": ">=", "value": 2},
              "yes": [{"id": "f", "kind": "fact", "name": "often", "value": True}], "no": []}  # fmt: skip
    start = {"kind": "event", "event": "Signed Up", "again": "never"}
    return {"start": start, "steps": [{"id": "d", "kind": "wait", "hours": 1}, waits, branch]}


def crowd(at: int) -> list[int]:
    people = [someone(f"p{n}", at) for n in range(6)]
    for n, person in enumerate(people):
        did(person, "Signed Up", at + n * HOUR)
        for order in range(n % 3):
            did(person, "Order Completed", at + n * HOUR + (order + 2) * HOUR)
    return people


def test_a_replay_counts_what_would_have_happened_and_writes_nothing(business, at):
    crowd(at)
    found = replay(parse(tree(template()), None), since=at - DAY, until=at + 10 * DAY)
    assert (found.entered, found.steps["d"], found.steps["y"], found.steps["x"]) == (6, 6, 4, 2)
    assert found.messages == 4 and found.ends == {"exited": 2, "done": 4}
    assert found.ways["w", "yes"] == 4 and found.steps["f"] in (0, 2)
    assert not (Enrolment.objects.exists() or Passage.objects.exists() or Message.objects.exists())
    assert not Trait.objects.filter(name="often").exists()


def test_a_replay_comes_to_what_then_happens(business, at):
    live(tree(template()), at)
    crowd(at)
    for hours in range(0, 90):
        settle(at + hours * HOUR)
    found = replay(parse(tree(1), None), since=at - DAY, until=at + 90 * HOUR)
    real = passed()
    assert {step: real.count(step) for step in set(real)} == {s: n for s, n in found.steps.items() if s and n}


def test_a_rehearsal_takes_everybody_who_would_enter_today_through(business, at):
    crowd(at - 5 * DAY)
    found = rehearse(parse(tree(template()), None), at=at)
    assert (found.entered, found.steps["w"]) == (6, 6)
    assert not Enrolment.objects.exists()


def test_a_replay_of_a_threshold_finds_who_came_to_meet_it(business, at):
    crowd(at)
    start = {"kind": "threshold", "condition": {"event": "Order Completed", "op": ">=", "value": 2}}
    raw = {"start": start, "steps": [{"id": "s", "kind": "send", "template": template()}]}
    assert replay(parse(raw, None), since=at - DAY, until=at + 3 * DAY).entered == 2
    assert rehearse(parse(raw, None), at=at + 3 * DAY).entered == 2
