"""One message to many, once: who gets it, when, and that nobody gets it twice."""

from __future__ import annotations

import pytest

from regulars.channels.models import Message
from regulars.core.clock import DAY, HOUR, to_us
from regulars.journeys import actions
from regulars.journeys.actions import CannotBroadcast, broadcasting
from regulars.journeys.audience import audience
from regulars.journeys.models import Broadcast
from regulars.journeys.tests.cast import did, settle, someone, template
from regulars.people.actions import merge_people
from regulars.segments import actions as segments

pytestmark = pytest.mark.django_db(transaction=True)


def listed(name: str, people: list[int], at: int) -> int:
    made = segments.create_list(name=name, person_ids=people, by="user:1", at=at)
    while segments.tick(at):
        pass
    return made.id


def launched(at: int, people: list[int], **settings) -> Broadcast:
    made = actions.create_broadcast(name="Sale", template_id=template(), segments=[listed("All", people, at)],
                                    by="user:1", at=at, **settings)  # fmt: skip
    return actions.launch(broadcast_id=made.id, by="user:1", at=at)


def work(at: int) -> None:
    while actions.plan_broadcasts(at):
        pass


def sent() -> list[int]:
    return sorted(Message.objects.values_list("node_id", flat=True))


def test_people_in_any_segment_minus_others_get_one_message_each(business, at):
    people = [someone(f"p{n}", at) for n in range(6)]
    one, two, not_they = listed("One", people[:4], at), listed("Two", people[2:], at), listed("Not", people[:1], at)
    made = actions.create_broadcast(name="Sale", template_id=template(), segments=[one, two], minus=[not_they],
                                    by="user:1", at=at)  # fmt: skip
    work(at)
    assert sent() == []
    actions.launch(broadcast_id=made.id, by="user:1", at=at)
    actions.launch(broadcast_id=made.id, by="user:2", at=at)
    work(at)
    assert sent() == people[1:]
    assert set(Message.objects.values_list("key", flat=True)) == {f"b:{made.id}:{p}" for p in people[1:]}
    assert Broadcast.objects.get().planned_us == at


def test_a_segment_that_was_just_made_is_waited_for(business, at):
    people = [someone(f"p{n}", at) for n in range(2)]
    for person in people:
        did(person, "Order Completed", at - DAY)
    settle(at)
    bought = {"event": "Order Completed", "op": ">=", "value": 1}
    fresh = segments.create_segment(name="Buyers", definition=bought, by="user:1", at=at)
    made = actions.create_broadcast(name="Sale", template_id=template(), segments=[fresh.id], by="user:1", at=at)
    actions.launch(broadcast_id=made.id, by="user:1", at=at)
    work(at)
    assert sent() == [] and Broadcast.objects.get().planned_us is None
    settle(at)
    work(at)
    assert sent() == people and Broadcast.objects.get().planned_us == at


def test_the_count_says_how_many_will_be_skipped_and_why(business, at):
    people = [someone(f"p{n}", at) for n in range(3)]
    made = actions.create_broadcast(name="Sale", template_id=template(), segments=[listed("All", people, at)],
                                    per_hour=1, by="user:1", at=at)  # fmt: skip
    found = audience(broadcast_id=made.id, at=at)
    assert (found.people, found.send, sum(found.skip.values())) == (3, 0, 3)
    assert found.finish_us == at and not Message.objects.exists()
    actions.count_audience(broadcast_id=made.id, at=at)
    assert Broadcast.objects.get().audience["people"] == 3


def test_it_waits_for_its_time(business, at):
    launched(at, [someone("alice", at)], when_us=at + DAY)
    work(at + DAY - 1)
    assert sent() == []
    work(at + DAY)
    assert len(sent()) == 1


def test_each_gets_it_at_that_time_where_they_live(business, at):
    people = [
        someone("a", at),
        someone("b", at, timezone="America/New_York"),
        someone("c", at, timezone="Asia/Tokyo"),
    ]
    launched(at, people, local_time="2026-09-23T09:00")
    from datetime import UTC, datetime

    nine = to_us(datetime(2026, 9, 23, 9, tzinfo=UTC))
    work(nine - 14 * HOUR)
    due = dict(Message.objects.values_list("node_id", "due_us"))
    assert due == {people[0]: nine - HOUR, people[1]: nine + 4 * HOUR, people[2]: nine - 9 * HOUR}


@pytest.mark.parametrize("end", [actions.pause_broadcast, actions.stop_broadcast])
def test_paused_or_stopped_it_plans_nothing(business, at, end):
    made = launched(at, [someone(f"p{n}", at) for n in range(4)])
    end(broadcast_id=made.id, by="user:1", at=at)
    work(at)
    assert sent() == []
    actions.resume_broadcast(broadcast_id=made.id, by="user:1", at=at)
    work(at)
    assert len(sent()) == (4 if end is actions.pause_broadcast else 0)


def test_who_gets_a_smaller_number_by_merging_in_between_is_not_missed(business, at, monkeypatch):
    monkeypatch.setattr(broadcasting, "AT_ONCE", 2)
    monkeypatch.setattr(broadcasting._pace, "size", 2)
    monkeypatch.setattr(broadcasting._pace, "learn", lambda *_: None)
    first = someone("first", at)
    people = [someone(f"p{n}", at) for n in range(5)]
    launched(at, people)
    assert actions.plan_broadcasts(at)
    merge_people(a=first, b=people[4], by="user:1", at=at, evidence={})
    while segments.tick(at):
        pass
    work(at)
    assert sent() == [first, *people[:4]]


def test_who_had_it_already_does_not_get_it_again_after_merging(business, at, monkeypatch):
    monkeypatch.setattr(broadcasting, "AT_ONCE", 2)
    monkeypatch.setattr(broadcasting._pace, "size", 2)
    monkeypatch.setattr(broadcasting._pace, "learn", lambda *_: None)
    first = someone("first", at)
    people = [someone(f"p{n}", at) for n in range(5)]
    launched(at, people)
    assert actions.plan_broadcasts(at)
    merge_people(a=first, b=people[0], by="user:1", at=at, evidence={})
    while segments.tick(at):
        pass
    work(at)
    assert sent() == people


def test_what_cannot_be_launched_says_why(business, at):
    made = actions.create_broadcast(name="Sale", by="user:1", at=at)
    with pytest.raises(CannotBroadcast, match="published in the library"):
        actions.launch(broadcast_id=made.id, by="user:1", at=at)
    actions.change_broadcast(broadcast_id=made.id, template_id=template(), by="user:1", at=at)
    with pytest.raises(CannotBroadcast, match="at least one segment"):
        actions.launch(broadcast_id=made.id, by="user:1", at=at)
    with pytest.raises(CannotBroadcast, match="no time"):
        actions.change_broadcast(broadcast_id=made.id, local_time="tomorrow", by="user:1", at=at)
