"""What becomes of people in journeys, through the real doors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regulars.channels.models import Message
from regulars.core.clock import DAY, HOUR, MINUTE, from_us, to_us
from regulars.core.models import Business
from regulars.feedback.actions import create_survey, start_survey
from regulars.feedback.models import Invitation
from regulars.inbox.actions import close
from regulars.inbox.models import Case, Entry
from regulars.journeys import actions
from regulars.journeys.models import Enrolment, Passage, Tally, Task
from regulars.journeys.tests.cast import did, live, outcomes, passed, settle, someone, template
from regulars.people.actions import erase_person, merge_people, undo_link
from regulars.people.models import Trait
from regulars.segments import actions as segments
from regulars.segments.queries import people_in

pytestmark = pytest.mark.django_db(transaction=True)
SIGNED_UP = {"kind": "event", "event": "Signed Up"}


def wait(name: str, **time) -> dict:
    return {"id": name, "kind": "wait", **time}


def note(name: str, **more) -> dict:
    return {"id": name, "kind": "fact", "name": name, "value": True, **more}


def end_of(start: dict, *steps: dict, **more) -> dict:
    return {"start": start, "steps": list(steps), **more}


def test_signing_up_begins_a_run_that_ends_after_its_steps(business, at):
    live(end_of(SIGNED_UP, wait("a", days=1), note("b"), wait("c", hours=2)), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    assert passed() == []
    settle(at + DAY - 1)
    assert passed() == []
    settle(at + DAY)
    assert passed() == ["a", "b"]
    settle(at + DAY + 2 * HOUR)
    assert passed() == ["a", "b", "c"] and outcomes() == [(alice, "done")]
    assert list(Trait.objects.filter(node_id=alice, name="b").values_list("value", flat=True)) == ["true"]
    assert sorted(Tally.objects.values_list("step", "runs")) == [("a", 1), ("b", 1), ("c", 1)]


def test_a_run_begins_when_its_event_happened_not_when_it_was_heard_of(business, at):
    live(end_of(SIGNED_UP, wait("a", days=1), note("b")), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at + HOUR)
    settle(at + 20 * HOUR)
    settle(at + DAY + HOUR)
    assert passed() == ["a", "b"]


def test_what_happened_before_publishing_or_too_long_ago_lets_nobody_in(business, at):
    live(end_of(SIGNED_UP, note("a")), at)
    alice, bob = someone("alice", at), someone("bob", at)
    did(alice, "Signed Up", at - 1)
    settle(at)
    did(bob, "Signed Up", at + HOUR)
    settle(at + 4 * DAY)
    assert outcomes() == []


def test_an_event_whose_properties_do_not_pass_lets_nobody_in(business, at):
    from regulars.events.models import Property

    Property.objects.create(event="Order Completed", name="total", type="number", declared_us=1)
    start = {"kind": "event", "event": "Order Completed", "where": [{"property": "total", "op": ">", "value": 40}]}
    live(end_of(start, note("a")), at)
    alice, bob = someone("alice", at), someone("bob", at)
    did(alice, "Order Completed", at, total="40.01")
    did(bob, "Order Completed", at, total=40)
    settle(at)
    assert outcomes() == [(alice, "done")]


@pytest.mark.parametrize("again, runs", [("never", 1), ("always", 3), ({"after_days": 2}, 2)])
def test_coming_again_follows_the_rule(business, at, again, runs):
    live(end_of({**SIGNED_UP, "again": again}, wait("a", hours=1)), at)
    alice = someone("alice", at)
    for day in range(3):
        did(alice, "Signed Up", at + day * DAY)
        settle(at + day * DAY)
        settle(at + day * DAY + HOUR)
    assert len(outcomes()) == runs


def test_nobody_is_in_the_same_journey_twice_at_a_time(business, at):
    live(end_of({**SIGNED_UP, "again": "always"}, wait("a", days=3)), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    did(alice, "Signed Up", at + 1)
    settle(at + 1)
    did(alice, "Signed Up", at + DAY)
    settle(at + DAY)
    assert len(outcomes()) == 1


def test_sending_plans_one_message_with_its_key(business, at):
    journey = live(end_of(SIGNED_UP, {"id": "s", "kind": "send", "template": template()}), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    run = Enrolment.objects.get()
    assert list(Message.objects.values_list("key", "node_id")) == [(f"j:{run.id}:s", alice)]
    assert (run.outcome, run.journey_id) == ("done", journey.id)


def test_those_held_out_pass_through_unsent(business, at):
    tree = end_of(SIGNED_UP, {"id": "s", "kind": "send", "template": template()}, note("n"))
    live(tree, at, holdout=0.5)
    people = [someone(f"p{n}", at) for n in range(40)]
    for person in people:
        did(person, "Signed Up", at)
    settle(at)
    out = set(Enrolment.objects.filter(held_out=True).values_list("person_id", flat=True))
    sent = set(Message.objects.values_list("node_id", flat=True))
    assert 8 < len(out) < 32 and sent == set(people) - out
    assert set(Trait.objects.filter(name="n").values_list("node_id", flat=True)) == sent
    assert {outcome for _, outcome in outcomes()} == {"done"}
    assert Passage.objects.filter(step="s", facts__held_out=True).count() == len(out)


def test_waiting_for_an_event_goes_one_way_when_it_comes_and_the_other_in_time(business, at):
    waits = {"id": "w", "kind": "wait_event", "event": "Order Completed", "within_hours": 5,
             "yes": [note("bought")], "no": [note("did_not")]}  # fmt: skip
    live(end_of(SIGNED_UP, {**waits, "yes": [note("y")], "no": [note("n")]}, note("z")), at)
    alice, bob = someone("alice", at), someone("bob", at)
    for person in (alice, bob):
        did(person, "Signed Up", at)
    settle(at)
    did(alice, "Order Completed", at + HOUR)
    settle(at + HOUR)
    assert passed() == ["w", "y", "z"]
    settle(at + 5 * HOUR)
    assert passed(bob) == ["w", "n", "z"]


def test_an_event_that_came_in_late_counts_if_it_happened_in_time(business, at):
    waits = {"id": "w", "kind": "wait_event", "event": "Order Completed", "within_hours": 5,
             "yes": [note("y")], "no": [note("n")]}  # fmt: skip
    live(end_of(SIGNED_UP, waits), at)
    alice, bob = someone("alice", at), someone("bob", at)
    for person in (alice, bob):
        did(person, "Signed Up", at)
    settle(at)
    did(alice, "Order Completed", at + 5 * HOUR)
    did(bob, "Order Completed", at + 5 * HOUR + 1)
    settle(at + 6 * HOUR)
    assert (passed(alice), passed(bob)) == (["w", "y"], ["w", "n"])


def test_a_branch_asks_the_truth_of_the_moment(business, at):
    branch = {"id": "b", "kind": "branch", "condition": {"event": "Order Completed", "op": ">=", "value": 2},
              "yes": [note("y")], "no": [note("n")]}  # fmt: skip
    live(end_of(SIGNED_UP, branch), at)
    alice, bob = someone("alice", at), someone("bob", at)
    for person, orders in ((alice, 2), (bob, 1)):
        for _ in range(orders):
            did(person, "Order Completed", at - DAY)
        did(person, "Signed Up", at)
    settle(at)
    assert (passed(alice), passed(bob)) == (["b", "y"], ["b", "n"])


def test_a_branch_on_counts_waits_until_they_are_counted(business, at):
    from regulars.commerce.models import Customer

    branch = {"id": "b", "kind": "branch", "condition": {"fact": "orders", "op": ">=", "value": 1},
              "yes": [note("y")], "no": [note("n")]}  # fmt: skip
    live(end_of(SIGNED_UP, branch), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    assert passed() == [] and not Customer.objects.exists()
    from regulars.commerce.reactions import count_customers

    while count_customers(at):
        pass
    settle(at + 2_000_000)
    assert passed() == ["b", "n"]


def test_a_random_split_is_the_same_for_the_same_person(business, at):
    ways = [{"share": 30, "steps": [note("x")]}, {"share": 70, "steps": [note("y")]}]
    live(end_of({**SIGNED_UP, "again": "always"}, {"id": "r", "kind": "random", "ways": ways}), at)
    people = [someone(f"p{n}", at) for n in range(60)]
    for moment in (at, at + DAY):
        for person in people:
            did(person, "Signed Up", moment)
        settle(moment)
    taken = [tuple(passed(person)) for person in people]
    assert set(taken) == {("r", "x") * 2, ("r", "y") * 2}
    assert 6 <= taken.count(("r", "x") * 2) <= 30


def test_waiting_for_a_local_time_is_each_persons_own(business, at):
    morning = to_us(from_us(at).replace(hour=12, minute=0, second=0))
    live(end_of(SIGNED_UP, {"id": "u", "kind": "wait_until", "time": "09:00", "weekdays": [1]}), morning)
    london, york = someone("l", morning), someone("n", morning, timezone="America/New_York")
    for person in (london, york):
        did(person, "Signed Up", morning)
    settle(morning)  # a Monday at noon in London is summer time: 11:00 UTC
    assert passed() == []
    settle(morning + 20 * HOUR - 1)
    assert passed() == []
    settle(morning + 20 * HOUR)
    assert passed() == passed(london) == ["u"]
    settle(morning + 25 * HOUR)
    assert passed(york) == ["u"]


def test_the_goal_ends_a_run_at_whatever_step_and_nothing_more_is_done(business, at):
    tree = end_of(SIGNED_UP, wait("a", days=2), note("b"), goal={"event": "Order Completed"})
    live(tree, at)
    alice, bob = someone("alice", at), someone("bob", at)
    did(alice, "Order Completed", at - 1)
    for person in (alice, bob):
        did(person, "Signed Up", at)
    settle(at)
    did(bob, "Order Completed", at + HOUR)
    settle(at + HOUR)
    assert sorted(outcomes()) == [(alice, ""), (bob, "goal")]
    settle(at + 3 * DAY)
    assert sorted(outcomes()) == [(alice, "done"), (bob, "goal")] and passed(bob) == []


def test_lists_tasks_goal_and_exit(business, at):
    tag = segments.create_list(name="Welcomed", by="user:1", at=at)
    ask = {"id": "q", "kind": "ask", "text": "Call", "wait_days": 3}
    branch = {"id": "b", "kind": "branch", "condition": {"fact": "trait:vip", "op": "=", "value": "yes"},
              "yes": [{"id": "g", "kind": "goal"}], "no": [{"id": "x", "kind": "exit"}]}  # fmt: skip
    live(end_of(SIGNED_UP, {"id": "l", "kind": "list", "list": tag.id}, ask, branch, note("never")), at)
    alice, bob = someone("alice", at, vip="yes"), someone("bob", at)
    for person in (alice, bob):
        did(person, "Signed Up", at)
    settle(at)
    assert people_in(tag.id) == [alice, bob]
    assert passed() == ["l", "l"]
    task = Task.objects.get(node_id=alice)
    assert actions.finish_task(task_id=task.id, by="user:1", at=at + HOUR)
    assert not actions.finish_task(task_id=task.id, by="user:2", at=at + HOUR)
    settle(at + HOUR)
    assert sorted(outcomes()) == [(alice, "goal"), (bob, "")]
    settle(at + 3 * DAY)
    assert sorted(outcomes()) == [(alice, "goal"), (bob, "exited")] and "never" not in passed()


def test_asking_a_colleague_opens_a_case_and_closing_it_lets_the_run_go_on(business, at):
    ask = {"id": "q", "kind": "ask", "text": "Call", "wait_days": 3}
    live(end_of(SIGNED_UP, ask, note("after")), at)
    alice, bob = someone("alice", at), someone("bob", at)
    for person in (alice, bob):
        did(person, "Signed Up", at)
    settle(at)
    cases = {case.node_id: case for case in Case.objects.all()}
    assert [(c.kind, c.title, c.due_us) for c in cases.values()] == [("task", "Call", at + 3 * DAY)] * 2
    close(case_id=cases[alice].id, outcome="done", by="user:1", at=at + HOUR)
    settle(at + HOUR)
    assert passed(alice) == ["q", "after"] and passed(bob) == []
    task = Task.objects.get(node_id=bob)
    assert actions.finish_task(task_id=task.id, by="user:1", at=at + HOUR, note="nobody there")
    assert Case.objects.get(node_id=bob).outcome == "done"
    assert Entry.objects.filter(case_id=cases[bob].id, kind="note").get().text == "nobody there"


def test_a_survey_is_asked_once_per_run_and_not_while_it_does_not_run(business, at):
    survey = create_survey(name="How was it?", kind="nps", by="user:1", at=at)
    live(end_of(SIGNED_UP, {"id": "s", "kind": "survey", "survey": survey.id}, note("after")), at)
    alice, bob = someone("alice", at), someone("bob", at)
    did(alice, "Signed Up", at)
    settle(at)
    assert passed(alice) == ["s", "after"] and not Invitation.objects.exists()
    start_survey(survey_id=survey.id, by="user:1", at=at)
    did(bob, "Signed Up", at + HOUR)
    settle(at + HOUR)
    assert list(Invitation.objects.values_list("node_id", flat=True)) == [bob]


def test_a_paused_journey_sends_nothing_and_lets_people_wait(business, at):
    journey = live(end_of(SIGNED_UP, {"id": "s", "kind": "send", "template": template()}), at)
    actions.pause_journey(journey_id=journey.id, by="user:1", at=at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at + DAY)
    assert outcomes() == [(alice, "")] and not Message.objects.exists()
    actions.resume_journey(journey_id=journey.id, by="user:1", at=at + DAY)
    settle(at + DAY)
    assert outcomes() == [(alice, "done")] and Message.objects.count() == 1


def test_what_is_planned_already_waits_with_a_paused_journey_and_never_goes_from_an_archived_one(business, at):
    from regulars.channels.models import Campaign

    tree = end_of(SIGNED_UP, {"id": "s", "kind": "send", "template": template()}, wait("w", days=1))
    journey = live(tree, at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    actions.pause_journey(journey_id=journey.id, by="user:1", at=at)
    assert Campaign.objects.get().paused_us == at
    actions.resume_journey(journey_id=journey.id, by="user:1", at=at)
    assert Campaign.objects.get().paused_us is None
    actions.change_settings(journey_id=journey.id, priority=80, by="user:1", at=at)
    assert Campaign.objects.get().priority == 80
    actions.archive_journey(journey_id=journey.id, by="user:1", at=at)
    actions.see_off(journey_id=journey.id, at=at)
    assert Campaign.objects.get().stopped_us == at and outcomes() == [(alice, "stopped")]


def test_a_webhook_is_called_once_per_run(business, at):
    from regulars.channels.models import Call

    live(end_of(SIGNED_UP, {"id": "h", "kind": "webhook", "url": "https://example.com/hook"}), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    call, run = Call.objects.get(), Enrolment.objects.get()
    assert (call.key, call.node_id, call.body["person"]) == (f"j:{run.id}:h", alice, alice)


def test_after_a_standstill_messages_keep_their_distance(business, at):
    tree = end_of(SIGNED_UP, wait("a", days=1), {"id": "s", "kind": "send", "template": template()},
                  wait("b", days=1), {"id": "t", "kind": "send", "template": template("Again")})  # fmt: skip
    live(tree, at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    settle(at + 10 * DAY)
    assert Message.objects.count() == 1
    settle(at + 11 * DAY)
    assert Message.objects.count() == 2


def test_a_clock_that_jumps_back_passes_nothing_twice(business, at):
    live(end_of(SIGNED_UP, wait("a", days=1), note("b"), wait("c", days=1)), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at + DAY)
    for moment in (at, at - DAY, at + DAY, at + 2 * DAY - 1):
        settle(moment)
    assert passed() == ["a", "b"]
    settle(at + 2 * DAY)
    assert passed() == ["a", "b", "c"]


def test_entering_a_segment_starts_and_moving_is_no_entering(business, at):
    segment = segments.create_segment(
        name="Buyers", definition={"event": "Order Completed", "op": ">=", "value": 1}, by="user:1", at=at
    )
    settle(at)
    live(end_of({"kind": "segment", "segment": segment.id, "again": "always"}, note("a")), at)
    bob, dora = someone("bob", at), someone("dora", at)
    did(dora, "Order Completed", at)
    settle(at)
    assert outcomes() == [(dora, "done")]
    merge_people(a=bob, b=dora, by="user:1", at=at, evidence={})
    settle(at)
    assert people_in(segment.id) == [bob] and len(outcomes()) == 1


def test_leaving_a_segment_starts_too(business, at):
    recent = {"event": "Order Completed", "within_days": 30}
    segment = segments.create_segment(name="Recent", definition=recent, by="user:1", at=at)
    live(end_of({"kind": "segment", "segment": segment.id, "on": "leave"}, note("a")), at)
    alice = someone("alice", at)
    did(alice, "Order Completed", at)
    settle(at)
    assert outcomes() == []
    settle(at + 30 * DAY)
    assert outcomes() == [(alice, "done")]


@pytest.mark.parametrize("existing", [False, True])
def test_a_threshold_lets_in_who_comes_to_meet_it(business, at, existing):
    alice, bob = someone("alice", at), someone("bob", at)
    did(alice, "Order Completed", at - DAY)
    condition = {"event": "Order Completed", "op": ">=", "value": 1, "within_days": 365}
    settle(at)
    journey = live(end_of({"kind": "threshold", "condition": condition, "existing": existing}, note("a")), at)
    settle(at)
    assert outcomes() == ([(alice, "done")] if existing else [])
    did(bob, "Order Completed", at + HOUR)
    settle(at + HOUR)
    assert outcomes()[-1] == (bob, "done")
    from regulars.segments.models import Segment

    assert Segment.objects.get(id=journey.segment_id).owner == f"journey:{journey.id}"


def test_a_birthday_comes_once_a_year(business, at):
    day = from_us(at + 3 * DAY).date()
    alice = someone("alice", at, birthday=f"1985-{day:%m-%d}")
    live(end_of({"kind": "date", "fact": "birthday"}, note("a")), at)
    settle(at)
    assert outcomes() == []
    for later in (3, 4, 200, 367, 368):
        settle(at + later * DAY)
    assert outcomes() == [(alice, "done"), (alice, "done")]


def test_a_birthday_on_29_february_comes_on_1_march_in_other_years(business, at):
    alice = someone("alice", at, birthday="2000-02-29")
    live(end_of({"kind": "date", "fact": "birthday"}, note("a")), at)
    settle(at)
    days = ((2027, (2, 28), 0), (2027, (3, 1), 1), (2028, (2, 28), 1), (2028, (2, 29), 2), (2028, (3, 1), 2))
    for year, day, runs in days:
        settle(to_us(datetime(year, *day, 12, tzinfo=UTC)))
        assert len(outcomes()) == runs, (year, day)
    assert {person for person, _ in outcomes()} == {alice}


def test_the_day_is_the_business_s_day_and_1_january_is_of_the_new_year(business, at):
    Business.objects.update(timezone="Pacific/Auckland")
    Business._cached = None
    someone("alice", at, birthday="1985-01-01")
    live(end_of({"kind": "date", "fact": "birthday"}, note("a")), at)
    settle(at)
    days = (((2026, 12, 31, 10), 0), ((2026, 12, 31, 12), 1), ((2027, 6, 1, 12), 1), ((2027, 12, 31, 12), 2))
    for moment, runs in days:
        settle(to_us(datetime(*moment, tzinfo=UTC)))
        assert len(outcomes()) == runs, moment
    assert sorted(Enrolment.objects.values_list("occasion", flat=True)) == ["d:2027", "d:2028"]


def test_of_two_runs_of_one_person_one_goes_on_and_separating_gives_both_back(business, at):
    live(end_of(SIGNED_UP, wait("a", days=2), note("b")), at)
    alice, dora = someone("alice", at), someone("dora", at)
    did(dora, "Signed Up", at)
    settle(at)
    did(alice, "Signed Up", at + HOUR)
    settle(at + HOUR)
    link = merge_people(a=alice, b=dora, by="user:1", at=at + HOUR, evidence={})
    assert outcomes() == [(alice, ""), (alice, "merged")]
    undo_link(link_id=link.id, by="user:1", at=at + DAY)
    assert outcomes() == [(dora, ""), (alice, "")]
    settle(at + 2 * DAY)
    assert outcomes() == [(dora, "done"), (alice, "")]
    settle(at + 2 * DAY + HOUR)
    assert passed() == ["a", "b", "a", "b"]


def test_what_the_other_profile_did_counts_after_merging(business, at):
    waits = {"id": "w", "kind": "wait_event", "event": "Order Completed", "within_days": 5,
             "yes": [note("y")], "no": [note("n")]}  # fmt: skip
    live(end_of(SIGNED_UP, waits), at)
    alice, dora = someone("alice", at), someone("dora", at)
    did(alice, "Signed Up", at)
    did(dora, "Order Completed", at + HOUR)
    settle(at + HOUR)
    assert passed() == []
    merge_people(a=alice, b=dora, by="user:1", at=at + 2 * HOUR, evidence={})
    settle(at + 2 * HOUR)
    assert passed() == ["w", "y"]


def test_the_erased_go_no_further(business, at):
    live(end_of(SIGNED_UP, wait("a", days=1), note("b")), at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    erase_person(person_id=alice, by="user:1", at=at)
    settle(at + 2 * DAY)
    assert passed() == [] and [outcome for _, outcome in outcomes()] == ["exited"]


def test_a_step_that_fails_holds_up_only_those_at_it_and_says_why(business, at):
    other = segments.create_segment(
        name="Gone", definition={"event": "Order Completed", "op": ">=", "value": 1}, by="user:1", at=at
    )
    branch = {"id": "b", "kind": "branch", "condition": {"segment": other.id}, "yes": [], "no": []}
    live(end_of(SIGNED_UP, branch, note("z")), at)
    live(end_of(SIGNED_UP, note("a")), at, name="Other")
    segments.archive_segment(segment_id=other.id, by="user:1", at=at)
    alice = someone("alice", at)
    did(alice, "Signed Up", at)
    settle(at)
    assert passed() == ["a"]
    stuck = Enrolment.objects.get(ended_us=None)
    assert "no segment" in stuck.why and stuck.due_us == at + 10 * MINUTE
