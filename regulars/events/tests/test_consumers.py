"""Consumers see every event once, in batches, and a bad one stops nobody."""

import pytest

from regulars.core.models import Offset
from regulars.events import consumers
from regulars.events.ingest import take_in
from regulars.events.models import ConsumerFailure


@pytest.fixture
def collected(monkeypatch):
    """A consumer of orders that keeps what it gets; order 13 is one it cannot take."""
    found = []

    def react(entries, at):
        if any(entry.properties.get("n") == 13 for entry in entries):
            raise ValueError("thirteen")
        found.extend(entry.properties["n"] for entry in entries)

    monkeypatch.setattr(consumers, "CONSUMERS", {})
    consumers.consumer("orders", events=("Order Completed",))(react)
    return found


def orders(*numbers, event="Order Completed"):
    return [
        {"type": "track", "event": event, "userId": f"u{n % 5}", "messageId": f"{event}{n}", "properties": {"n": n}}
        for n in numbers
    ]


def drain(at):
    while consumers.step(at):
        pass


def test_a_consumer_gets_each_wanted_event_once(source, collected, at):
    take_in(source_id=source.id, items=orders(*range(20, 50)) + orders(1, 2, event="Page Loaded"), at=at)
    drain(at)
    take_in(source_id=source.id, items=orders(50, 51), at=at)
    drain(at)
    assert sorted(collected) == list(range(20, 52))


def test_an_event_that_cannot_be_taken_is_set_aside_and_the_others_go_on(source, collected, at):
    take_in(source_id=source.id, items=orders(11, 12, 13, 14), at=at)
    drain(at)
    assert {11, 12, 14} <= set(collected) and 13 not in collected
    failure = ConsumerFailure.objects.get()
    assert (failure.consumer, failure.reason) == ("orders", "ValueError: thirteen")


def test_a_consumer_that_dies_between_effect_and_place_starts_from_the_old_place(source, collected, at, monkeypatch):
    take_in(source_id=source.id, items=orders(1), at=at)

    def die(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(consumers, "failpoint", die)
    with pytest.raises(KeyboardInterrupt):
        drain(at)
    assert not Offset.objects.exclude(entry=0).exists()


@pytest.fixture
def finished(monkeypatch):
    """A consumer that leaves numbers to be added up at the end of the transaction; with 13 among them it cannot."""
    sums = []

    def finish(rests, at):
        if any(13 in rest for rest in rests):
            raise ValueError("thirteen")
        sums.append(sorted(n for rest in rests for n in rest))

    monkeypatch.setattr(consumers, "CONSUMERS", {})
    declare = consumers.consumer("sums", events=("Order Completed",), finish=finish)
    declare(lambda entries, at: [entry.properties["n"] for entry in entries])
    return sums


def test_what_batches_leave_is_done_at_the_end_of_their_transaction(source, finished, at, monkeypatch):
    take_in(source_id=source.id, items=orders(*range(100, 400)), at=at)
    monkeypatch.setattr(consumers, "is_time_up", lambda began: False)
    drain(at)
    assert sorted(n for one in finished for n in one) == list(range(100, 400))
    assert not ConsumerFailure.objects.exists()


def test_an_entry_that_cannot_be_finished_is_set_aside_and_the_others_go_on(source, finished, at):
    take_in(source_id=source.id, items=orders(11, 12, 13, 14), at=at)
    drain(at)
    assert sorted(n for one in finished for n in one) == [11, 12, 14]
    assert ConsumerFailure.objects.get().reason == "ValueError: thirteen"
