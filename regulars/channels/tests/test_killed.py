"""Killed at every commit boundary and at random moments: nobody gets a message twice, nobody is forgotten, and what
nobody can know says so."""

import json
import random
import time
from collections import Counter

import pytest
from django.db import connection

from regulars.channels.tests.counting_server import counting_server
from regulars.core.failpoints import NAMES
from regulars.events.tests import apart

BEFORE = {"gate.beat", "delivery.claimed", "delivery.rendered", "delivery.before_hand_off"}
CHILD = ("-m", "regulars.channels.tests.child")
FAILPOINTS = sorted(name for name in NAMES if name.startswith(("delivery.", "gate.")))
RARE = {"delivery.taken_up", "delivery.settled"}  # passed only after another's death, or when something does not go


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return apart.fresh(tmp_path_factory.mktemp("killed") / "home")


def planned(template, home, people, port, *more):
    house = template.copy(home)
    done = house.run(*CHILD, "plan", str(people), str(port), *map(str, more))
    assert done.returncode == 0, done.stderr
    return house


def report(house, what="report"):
    done = house.run(*CHILD, what)
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.split("\n") if line.startswith("report "))
    return json.loads(line.removeprefix("report "))


def holds(rows, accepted, *, people, kills):
    """The promise: one message each or a row that says unknown; at most a hundred for each kill; none twice."""
    assert len(rows) == people
    assert {state for _, state in rows} <= {"HANDED_OFF", "UNKNOWN"}
    assert max(accepted.values(), default=0) <= 1
    assert all(accepted[address] == 1 for address, state in rows if state == "HANDED_OFF")
    assert sum(state == "UNKNOWN" for _, state in rows) <= 100 * kills
    assert set(accepted) <= {address for address, _ in rows}


@pytest.mark.parametrize("failpoint", [f for f in FAILPOINTS if f not in RARE])
@pytest.mark.parametrize("when", ["", pytest.param(":3", marks=pytest.mark.slow)])
def test_killed_there_nobody_gets_two_and_nobody_is_forgotten(template, tmp_path, failpoint, when):
    with counting_server() as (port, accepted):
        house = planned(template, tmp_path / "home", 230, port)
        killed = house.run(*CHILD, "work", REGULARS_FAILPOINT=failpoint + when)
        assert killed.returncode == -9 or when, killed.stderr
        done = house.run(*CHILD, "work")
        assert done.returncode == 0, done.stderr
        rows = report(house)
    holds(rows, accepted, people=230, kills=1)
    if failpoint in BEFORE and not when:  # only what was in hand-off may be unknown
        assert all(state == "HANDED_OFF" for _, state in rows)


def test_killed_while_taking_up_what_another_left(template, tmp_path):
    with counting_server() as (port, accepted):
        house = planned(template, tmp_path / "home", 120, port)
        house.run(*CHILD, "work", REGULARS_FAILPOINT="delivery.carried")
        assert house.run(*CHILD, "work", REGULARS_FAILPOINT="delivery.taken_up").returncode == -9
        assert house.run(*CHILD, "work").returncode == 0
        rows = report(house)
    holds(rows, accepted, people=120, kills=1)
    assert 50 <= sum(state == "UNKNOWN" for _, state in rows) <= 100


@pytest.mark.slow
def test_caps_and_withdrawn_consents_hold_while_several_workers_send(template, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one worker per lane")
    people, each, cap = 300, 5, 2
    with counting_server() as (port, accepted):
        house = planned(template, tmp_path / "home", people, port, each, cap)
        crew = [house.start(*CHILD, "work") for _ in range(3)]
        sure = {int(person): when for person, when in report(house, "withdraw").items()}
        assert all(worker.wait(timeout=120) == 0 for worker in crew)
        rows = report(house, "decided")
    sent = Counter(person for person, verdict, _, _ in rows if verdict == "send")
    assert max(sent.values()) <= cap and max(accepted.values()) <= cap
    assert all(sent[person] == cap for person, *_ in rows if person not in sure)
    late = [person for person, verdict, _, when in rows if verdict == "send" and when > sure.get(person, when)]
    assert late == []
    assert {rule for person, verdict, rule, _ in rows if verdict == "skip"} == {"consent"}


@pytest.mark.slow
def test_several_workers_killed_at_random_moments(template, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one worker per lane")
    kills_at_random(template, tmp_path / "home", people=4000, kills=5, workers=3)


def kills_at_random(template, home, *, people, kills, workers, seed=7):
    """Kill one of the workers again and again while they deliver; then let the rest be done, and check."""
    chance = random.Random(seed)
    with counting_server() as (port, accepted):
        house = planned(template, home, people, port)
        crew = [house.start(*CHILD, "work") for _ in range(workers)]
        marks = sorted(chance.randrange(1, int(people * 0.8)) for _ in range(kills))
        killed = 0
        for mark in marks:
            until = time.monotonic() + 60
            while accepted.total() < mark and time.monotonic() < until:
                time.sleep(chance.uniform(0.001, 0.01))
            unlucky = chance.randrange(workers)
            if crew[unlucky].poll() is None:
                crew[unlucky].kill()
                killed += 1
            crew[unlucky].wait()
            crew[unlucky] = house.start(*CHILD, "work")
        assert all(worker.wait(timeout=300) == 0 for worker in crew)
        rows = report(house)
    assert killed >= kills // 2
    holds(rows, accepted, people=people, kills=killed)
    return killed, sum(state == "UNKNOWN" for _, state in rows)
