"""Journeys come to what they mean, whatever happens: late events and events dated ahead, merges and separations,
jumps of the clock, pauses, new versions in the middle of runs, workers killed between any two steps."""

from __future__ import annotations

import os

import pytest
from django.apps import apps
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from regulars.core.clock import HOUR
from regulars.core.models import Business, Offset
from regulars.events import consumers
from regulars.events.models import Event
from regulars.journeys import actions
from regulars.journeys.actions import advancing
from regulars.journeys.models import Enrolment, Passage
from regulars.journeys.tests.cast import did, live, someone
from regulars.journeys.tests.plain import Happened, Plain
from regulars.journeys.tree import parse, walk
from regulars.journeys.versions import version
from regulars.people import actions as people
from regulars.people.models import Link, Node

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("REGULARS_EXAMPLES", 12))
NO_SHRINK = [Phase.explicit, Phase.reuse, Phase.generate]
START = 1_790_000_000_000_000
ROOMS = ("people", "events", "segments", "journeys", "team")
NAMES = ("Signed Up", "Order Completed", "Email Opened")
hours = st.integers(-60, 20).map(lambda h: h * HOUR)


def note(name: str) -> dict:
    return {"id": name, "kind": "fact", "name": name, "value": True}


STEPS = (
    {"id": "w1", "kind": "wait", "hours": 5},
    {"id": "w2", "kind": "wait", "hours": 30},
    note("f1"),
    {"id": "q", "kind": "ask", "text": "Call"},
    {"id": "e", "kind": "wait_event", "event": "Email Opened", "within_hours": 8, "yes": [note("opened")],
     "no": [{"id": "w3", "kind": "wait", "hours": 3}, note("silent")]},
    {"id": "r", "kind": "random", "ways": [{"share": 50, "steps": [note("left")]},
                                           {"share": 50, "steps": [{"id": "w4", "kind": "wait", "hours": 2}]}]},
)  # fmt: skip
trees = st.lists(st.sampled_from(STEPS), min_size=1, max_size=5, unique_by=lambda step: step["id"])


class Killed(Exception):
    """The worker dies here."""


class Machine(RuleBasedStateMachine):
    """People, what they do, and one journey."""

    @initialize(steps=trees, goal=st.booleans(), again=st.sampled_from(("never", "always", {"after_days": 1})))
    def begin(self, steps, goal, again):
        empty()
        Business.objects.create(name="Shop", timezone="Europe/London", week_start=0)
        self.now, self.users = START, 0
        self.start = {"kind": "event", "event": "Signed Up", "again": again}
        self.goal = {"event": "Order Completed"} if goal else None
        journey = live(self.tree(steps), self.now)
        start = version(journey.id, 1).tree.start
        self.plain = Plain(journey.id, self.now, start.again_us, start.fresh_us, "Signed Up")
        self.plain.trees.append(parse(self.tree(steps), None))

    def tree(self, steps):
        return {"start": self.start, "goal": self.goal, "steps": list(steps)}

    def nodes(self) -> list[int]:
        return list(Node.objects.order_by("id").values_list("id", flat=True))

    def persons(self) -> list[int]:
        return sorted(set(Node.objects.values_list("person_id", flat=True)))

    def who(self) -> dict[int, int]:
        return dict(Node.objects.values_list("id", "person_id"))

    @rule()
    def appears(self):
        self.users += 1
        someone(f"u{self.users}", self.now)
        self.plain.regroup(self.who())

    @precondition(lambda self: self.users)
    @rule(data=st.data(), name=st.sampled_from(NAMES), offset=hours | st.just(0))
    def happens(self, data, name, offset):
        node = data.draw(st.sampled_from(self.nodes()))
        did(node, name, self.now + offset)
        event = Event.objects.order_by("-id").first()
        self.plain.hear(Happened(event.id, node, name, self.now + offset), self.now)
        self.settle()

    @precondition(lambda self: len(self.persons()) > 1)
    @rule(data=st.data())
    def merges(self, data):
        a, b = data.draw(st.lists(st.sampled_from(self.persons()), min_size=2, max_size=2, unique=True))
        try:
            people.merge_people(a=a, b=b, by="user:1", at=self.now, evidence={})
        except people.CannotDo:
            return
        self.plain.regroup(self.who())

    @precondition(lambda self: Link.objects.filter(revoked_us=None).exists())
    @rule(data=st.data())
    def separates(self, data):
        links = Link.objects.filter(revoked_us=None).order_by("id").values_list("id", flat=True)
        people.undo_link(link_id=data.draw(st.sampled_from(list(links))), by="user:1", at=self.now)
        self.plain.regroup(self.who())

    @precondition(lambda self: len(self.plain.trees) < 4)
    @rule(data=st.data(), steps=trees)
    def another_version(self, data, steps):
        raw = self.tree(steps)
        new = [step.id for step, _ in walk(parse(raw, None).steps)]
        stand = sorted({run.step for run in self.plain.runs if not run.outcome})
        moves = {old: data.draw(st.sampled_from(["keep", "exit", *new])) for old in stand}
        actions.save_draft(journey_id=self.plain.id, tree=raw, by="user:1", at=self.now)
        actions.publish(journey_id=self.plain.id, moves=moves, by="user:1", at=self.now)
        self.plain.publish(parse(raw, None), moves, self.now)
        self.settle()

    @rule()
    def pauses_or_goes_on(self):
        act = actions.resume_journey if self.plain.paused else actions.pause_journey
        act(journey_id=self.plain.id, by="user:1", at=self.now)
        self.plain.paused = not self.plain.paused
        self.settle()

    @rule(jump=st.integers(1, 60))
    def time_passes(self, jump):
        self.now += jump * HOUR
        self.settle()

    @precondition(lambda self: not self.plain.paused)
    @rule(jump=st.integers(1, 20))
    def the_clock_jumps_back(self, jump):
        self.settle()
        self.now -= jump * HOUR
        self.settle()

    @precondition(lambda self: not self.plain.paused)
    @rule(jump=st.integers(1, 60), after=st.integers(1, 4), point=st.sampled_from(("before", "after")))
    def a_worker_is_killed(self, jump, after, point):
        self.now += jump * HOUR
        left, real = [after], advancing.failpoint

        def dies(name):
            left[0] -= name == f"journeys.advance.{point}_commit"
            if left[0] == 0:
                raise Killed

        advancing.failpoint = dies
        try:
            self.engine()
        except Killed:
            pass
        finally:
            advancing.failpoint = real
        self.settle()

    def engine(self):
        for _ in range(300):
            if not any([consumers.step(self.now), actions.advance(self.now)]):
                return
        raise AssertionError("it never ends")

    def settle(self):
        self.engine()
        self.plain.live(self.now)
        self.judge()

    def judge(self):
        steps: dict[int, list[str]] = {}
        for run, step in Passage.objects.order_by("id").values_list("enrolment_id", "step"):
            steps.setdefault(run, []).append(step)
        fields = ("node_id", "occasion", "version", "step", "arrived_us", "outcome")
        stored = [
            (*row, tuple(steps.get(run, ())))
            for run, *row in Enrolment.objects.order_by("id").values_list("id", *fields)
        ]
        assert sorted(stored) == sorted(run.seen for run in self.plain.runs)
        running = [self.plain.person_of[run.node] for run in self.plain.runs if not run.outcome]
        assert len(running) == len(set(running))


def empty() -> None:
    """Nothing is left of the run before; ids go on counting."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            model.objects.all().delete()
    Offset.objects.all().delete()
    Business.objects.all().delete()
    Business._cached = None
    version.cache_clear()


def test_journeys_come_to_what_they_mean():
    """REGULARS_EXAMPLES makes it longer."""
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            phases=NO_SHRINK,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
