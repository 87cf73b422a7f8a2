"""Surveys that ask by themselves: after events, on entering segments, in waves that are spread evenly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.clock import DAY, HOUR
from regulars.events import consumers
from regulars.events.inside import Noticed, note_events
from regulars.feedback import actions
from regulars.feedback.asking import ask_in_waves, follow_segments
from regulars.feedback.errors import CannotDo
from regulars.feedback.models import Invitation
from regulars.feedback.tests.cast import MONDAY, running, someone
from regulars.feedback.waves import bounds, chance, wave_at
from regulars.segments import actions as segments

ZONE = "Europe/London"


def bought(person, ts, mark, **properties):
    note_events(source_id=1, items=[Noticed(person, "Order Completed", ts, mark, properties)], at=ts)


def heard(at):
    while consumers.step(at):
        pass


@pytest.mark.django_db(transaction=True)
def test_people_are_asked_some_days_after_what_they_did_and_once_per_event(business):
    alice = someone("alice")
    trigger = {"kind": "event", "event": "Order Completed", "after_days": 7}
    running(trigger=trigger)
    bought(alice, MONDAY + HOUR, "a")
    bought(alice, MONDAY - HOUR, "before it started")
    heard(MONDAY + 2 * HOUR)
    heard(MONDAY + 3 * HOUR)
    one = Invitation.objects.get()
    assert (one.node_id, one.due_us) == (alice, MONDAY + HOUR + 7 * DAY)
    actions.send_invitations(at=MONDAY + 7 * DAY)
    assert Invitation.objects.get().invited_us is None
    actions.send_invitations(at=MONDAY + 7 * DAY + HOUR)
    assert Invitation.objects.get().invited_us is not None


@pytest.mark.django_db(transaction=True)
def test_only_events_that_pass_the_filter_ask(business):
    alice, bob = someone("alice"), someone("bob")
    where = {"property": "total", "op": ">", "value": 40}
    running(trigger={"kind": "event", "event": "Order Completed", "where": where})
    bought(alice, MONDAY, "a", total=10)
    bought(bob, MONDAY, "b", total=50)
    heard(MONDAY + 1)
    assert list(Invitation.objects.values_list("node_id", flat=True)) == [bob]


@pytest.mark.django_db(transaction=True)
def test_who_enters_a_segment_is_asked(business):
    alice, bob = someone("alice"), someone("bob")
    made = segments.create_list(name="Guests", by="user:1", at=MONDAY)
    segments.add_people(segment_id=made.id, person_ids=[alice], by="user:1", at=MONDAY)
    while segments.tick(MONDAY):
        pass
    running(trigger={"kind": "segment", "segment": made.id}, at=MONDAY + HOUR)
    segments.add_people(segment_id=made.id, person_ids=[bob], by="user:1", at=MONDAY + 2 * HOUR)
    while segments.tick(MONDAY + 2 * HOUR) or follow_segments(MONDAY + 2 * HOUR):
        pass
    assert list(Invitation.objects.values_list("node_id", flat=True)) == [bob]


@pytest.mark.django_db(transaction=True)
def test_a_wave_asks_everybody_once_spread_over_its_days(business):
    people = [someone(f"p{n}") for n in range(120)]
    made = segments.create_list(name="All", by="user:1", at=MONDAY)
    segments.add_people(segment_id=made.id, person_ids=people, by="user:1", at=MONDAY)
    while segments.tick(MONDAY):
        pass
    start, end = bounds("2026Q4", ZONE)
    running(trigger={"kind": "wave", "segment": made.id}, at=start)
    for day in range((end - start) // DAY + 1):
        now = start + day * DAY
        if wave_at("quarter", now, ZONE) == "2026Q4":
            ask_in_waves(at=now)
            assert ask_in_waves(at=now) == 0
    waves = list(Invitation.objects.values_list("node_id", "due_us"))
    assert sorted(person for person, _ in waves) == sorted(people)
    thirds = [sum(start + k * (end - start) // 3 <= due < start + (k + 1) * (end - start) // 3 for _, due in waves)
              for k in range(3)]  # fmt: skip
    assert sum(thirds) == 120 and min(thirds) > 20


@given(st.integers(1, 1000), st.sampled_from(["2026Q1", "2026-07", "2027"]))
def test_a_sample_has_about_the_share_of_the_people_whatever_the_survey(survey, wave):
    drawn = sum(chance(survey, wave, person) < 0.1 for person in range(3000))
    assert 220 < drawn < 385  # five standard deviations


@given(st.integers(0, 4_000_000_000), st.sampled_from(["month", "quarter", "year"]))
def test_every_moment_lies_within_its_wave(seconds, kind):
    at = seconds * 1_000_000
    begin, end = bounds(wave_at(kind, at, ZONE), ZONE)
    assert begin <= at < end


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "sometimes"},
        {"kind": "event"},
        {"kind": "segment"},
        {"kind": "event", "event": "x", "after_days": -1},
        [],
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_says_not_when_is_refused(business, broken):
    with pytest.raises(CannotDo):
        actions.create_survey(name="x", kind="nps", trigger=broken or {"event": 3}, by="user:1", at=MONDAY)
