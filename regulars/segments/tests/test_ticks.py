"""The life of memberships through the real doors: who enters and leaves, when, and why."""

from __future__ import annotations

import json

import pytest

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.log import current_tx
from regulars.events.models import Event
from regulars.people.actions import Sighting, merge_people, record_sightings, touch, undo_link
from regulars.people.queries import person_id_of
from regulars.segments import actions, queries
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Change, Membership, Segment

pytestmark = pytest.mark.django_db(transaction=True)
RECENT = {"event": "Order Completed", "within_days": 30}


def someone(key: str, at: int, **traits) -> int:
    """A person with one account."""
    seen = Sighting("shop", (("user", key),), (), traits, (), at)
    (node,) = record_sightings(sightings=[seen], source_id=1, at=at)
    return person_id_of([node])[node]


def bought(person: int, ts: int, **properties) -> None:
    """One Order Completed, as ingestion writes it."""
    columns = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "name", "ts", "received_us",
               "properties", "context")  # fmt: skip
    number = Event.objects.count()
    row = (current_tx(), person, 0, 1, f"m{number}", 0, "Order Completed", ts, ts, json.dumps(properties), "{}")
    bulk.insert(Event, columns, [row])
    touch(person_ids=[person], cause="event", at=ts)


def settle(at: int) -> None:
    for _ in range(50):
        if not actions.tick(at):
            return
    raise AssertionError("the tick never ends")


def log() -> list[tuple]:
    rows = Change.objects.order_by("id").values_list("person_id", "entered", "cause", "moved")
    return [tuple(row) for row in rows]


def make(definition: dict, at: int, name: str = "some") -> Segment:
    made = actions.create_segment(name=name, definition=definition, by="user:1", at=at)
    settle(at)
    made.refresh_from_db()
    return made


def test_an_event_lets_in_and_time_lets_out_again(business, at):
    segment = make(RECENT, at)
    alice = someone("alice", at)
    bought(alice, at - DAY)
    settle(at)
    assert queries.people_in(segment.id) == [alice]
    settle(at + 29 * DAY - 1)
    assert queries.people_in(segment.id) == [alice]
    settle(at + 29 * DAY)
    assert queries.people_in(segment.id) == []
    assert log() == [(alice, True, "event", False), (alice, False, "time", False)]
    segment.refresh_from_db()
    assert segment.people == 0
    assert segment.ticked_us == at + 29 * DAY


def test_people_who_can_never_matter_have_no_row(business, at):
    make(RECENT, at)
    someone("bob", at)
    settle(at)
    assert not Membership.objects.exists()


def test_an_order_dated_tomorrow_counts_from_tomorrow(business, at):
    segment = make(RECENT, at)
    alice = someone("alice", at)
    bought(alice, at + DAY)
    settle(at)
    assert queries.people_in(segment.id) == []
    settle(at + DAY)
    assert queries.people_in(segment.id) == [alice]


def test_merging_lets_nobody_enter_twice_and_separating_gives_back(business, at):
    segment = make({"event": "Order Completed", "op": ">=", "value": 2}, at)
    alice, dora = someone("alice", at), someone("dora", at)
    for person in (alice, dora, dora):
        bought(person, at - DAY)
    settle(at)
    assert queries.people_in(segment.id) == [dora]
    link = merge_people(a=alice, b=dora, by="user:1", at=at, evidence={})
    settle(at)
    assert queries.people_in(segment.id) == [alice]
    assert log()[1:] == [(alice, True, "merge", True), (dora, False, "merge", True)]
    undo_link(link_id=link.id, by="user:1", at=at)
    settle(at)
    assert queries.people_in(segment.id) == [dora]
    assert log()[3:] == [(dora, True, "unmerge", True), (alice, False, "unmerge", False)]


def test_merging_two_who_are_out_can_let_one_in(business, at):
    segment = make({"event": "Order Completed", "op": ">=", "value": 2}, at)
    alice, dora = someone("alice", at), someone("dora", at)
    bought(alice, at - DAY)
    bought(dora, at - DAY)
    settle(at)
    merge_people(a=alice, b=dora, by="user:1", at=at, evidence={})
    settle(at)
    assert queries.people_in(segment.id) == [alice]
    assert log() == [(alice, True, "merge", False)]


def test_a_new_definition_says_so_in_the_log_and_takes_dependents_along(business, at):
    alice = someone("alice", at)
    bought(alice, at - DAY)
    settle(at)
    first = make(RECENT, at, "first")
    second = make({"none": [{"segment": first.id}]}, at, "second")
    assert queries.people_in(second.id) == []
    actions.change_segment(
        segment_id=first.id, definition={"event": "Order Completed", "op": ">", "value": 5}, by="user:1", at=at
    )
    assert queries.people_in(first.id) == [alice]
    settle(at)
    assert (queries.people_in(first.id), queries.people_in(second.id)) == ([], [alice])
    assert [c for _, _, c, _ in log()] == ["definition"] * 3


def test_segments_may_not_refer_to_each_other_in_a_circle(business, at):
    first = make(RECENT, at, "first")
    second = make({"segment": first.id}, at, "second")
    with pytest.raises(DefinitionError, match="first → second → first"):
        actions.change_segment(segment_id=first.id, definition={"segment": second.id}, by="user:1", at=at)
    with pytest.raises(DefinitionError, match="Other segments refer to this one: second"):
        actions.archive_segment(segment_id=first.id, by="user:1", at=at)


def test_a_list_is_edited_by_hand_and_survives_merging(business, at):
    alice, dora = someone("alice", at), someone("dora", at)
    made = actions.create_list(name="Guests", person_ids=[dora], by="user:1", at=at)
    settle(at)
    assert queries.people_in(made.id) == [dora]
    link = merge_people(a=alice, b=dora, by="user:1", at=at, evidence={})
    settle(at)
    assert queries.people_in(made.id) == [alice]
    undo_link(link_id=link.id, by="user:1", at=at)
    settle(at)
    assert queries.people_in(made.id) == [dora]
    actions.remove_people(segment_id=made.id, person_ids=[dora], by="user:1", at=at)
    settle(at)
    assert queries.people_in(made.id) == []
    assert log()[-1] == (dora, False, "manual", False)


def test_a_clock_that_jumps_back_does_not_undo_anything(business, at):
    segment = make(RECENT, at)
    alice = someone("alice", at)
    bought(alice, at)
    settle(at + 31 * DAY)
    settle(at)
    assert queries.people_in(segment.id) == []


def test_an_archived_segment_is_left_alone(business, at):
    segment = make(RECENT, at)
    alice = someone("alice", at)
    bought(alice, at)
    settle(at)
    actions.archive_segment(segment_id=segment.id, by="user:1", at=at)
    actions.clear_archived(segment_id=segment.id)
    settle(at + 90 * DAY)
    assert not Membership.objects.exists()
    assert len(log()) == 1


def test_a_recount_finds_what_is_wrong_and_puts_it_right(business, at):
    segment = make(RECENT, at)
    alice = someone("alice", at)
    bought(alice, at)
    settle(at)
    assert actions.check_all(at=at) == 0
    Membership.objects.all().delete()
    assert actions.check_all(at=at) == 1
    segment.refresh_from_db()
    assert (segment.mismatches, queries.people_in(segment.id)) == (1, [alice])


def test_the_preview_counts_without_making_anything(business, at):
    alice = someone("alice", at)
    bought(alice, at)
    found = queries.preview(RECENT, at=at)
    assert (found.count, found.sample, found.as_of) == (1, [alice], at)
    assert not Segment.objects.exists()


@pytest.fixture
def always_lake(monkeypatch):
    """Full evaluations ask the lake however small the installation is; the lake is empty at first."""
    import shutil

    from regulars.lake.queries import folder
    from regulars.segments import full

    shutil.rmtree(folder(), ignore_errors=True)
    monkeypatch.setattr(full, "SMALL", 0)
    yield
    shutil.rmtree(folder(), ignore_errors=True)


def copy_all(at: int) -> None:
    from regulars.lake.actions import copy_once

    while copy_once(at):
        pass


def test_a_lake_that_is_behind_is_made_up_for_from_the_truth(business, at, always_lake):
    alice, bob, chen, dora = (someone(name, at) for name in ("alice", "bob", "chen", "dora"))
    for person in (alice, bob):
        bought(person, at - DAY, total=20)
    settle(at)
    copy_all(at)
    bought(chen, at - DAY, total=30)
    merge_people(a=bob, b=dora, by="user:1", at=at, evidence={})
    settle(at)
    much = {"event": "Order Completed", "measure": "sum:total", "op": ">=", "value": 20}
    segment = make(much, at)
    assert queries.people_in(segment.id) == [alice, bob, chen]
    assert {cause for _, _, cause, _ in log()} == {"definition"}
    assert actions.check_all(at=at) == 0
    copy_all(at)
    assert actions.check_all(at=at) == 0
    assert queries.preview(much, at=at).count == 3
    bought(dora, at - DAY, total=1)
    assert actions.check_all(at=at) == 0


def test_a_preview_of_the_lake_says_how_old_it_is(business, at, always_lake):
    alice = someone("alice", at)
    bought(alice, at)
    copy_all(at - 5)
    bob = someone("bob", at)
    bought(bob, at)
    found = queries.preview(RECENT, at=at)
    assert (found.count, found.sample, found.as_of) == (1, [alice], at - 5)


def test_facts_of_commerce_follow_their_own_consumers(business, at):
    from regulars.commerce.models import Customer
    from regulars.core.log import Reader

    segment = make({"fact": "spent", "op": ">=", "value": 1000}, at)
    alice = someone("alice", at)
    bulk.insert(Customer, ("person_id", "orders", "days", "items", "spent", "refunded", "unrated", "top_category"),
                [(alice, 1, 1, 1, 5000, 0, 0, "")])  # fmt: skip
    settle(at)
    assert queries.people_in(segment.id) == []
    Reader("customers").move((2**40, 2**40))
    settle(at)
    assert queries.people_in(segment.id) == [alice]


def test_one_tick_of_many_writes_in_short_transactions(business, at, monkeypatch):
    from regulars.segments import ledger

    segment = make(RECENT, at)
    people = [someone(f"p{n}", at) for n in range(25)]
    for person in people:
        bought(person, at)
    sizes = []
    plain = ledger._write
    monkeypatch.setattr(
        ledger, "_write", lambda diff, places, *rest: (sizes.append(len(places)), plain(diff, places, *rest))
    )
    monkeypatch.setattr(ledger, "ROWS", 10)
    settle(at)
    assert max(sizes) == 10
    assert queries.people_in(segment.id) == people
