"""Killed at every commit boundary and at random moments: nobody gets a message twice, nobody is forgotten, and what
nobody can know says so."""

import json
import random
import re
import shutil
import time
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from regulars.channels.quiet import Quiet, is_quiet
from regulars.channels.tests.clock import read_clock, set_clock
from regulars.channels.tests.counting_server import counting_server, counting_sink
from regulars.channels.tests.smtp.sink import SINK
from regulars.core.clock import HOUR, MINUTE, SECOND, from_us, now_us
from regulars.core.failpoints import NAMES
from regulars.events.tests import apart

BEFORE = {"gate.beat", "delivery.claimed", "delivery.rendered", "delivery.before_hand_off"}
CHILD = ("-m", "regulars.channels.tests.child")
FAILPOINTS = sorted(name for name in NAMES if name.startswith(("delivery.", "gate.")))
ZONES = ("Europe/London", "Asia/Tokyo", "America/New_York")
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


def test_killed_after_settling_what_does_not_go(template, tmp_path):
    with counting_server() as (port, accepted):
        house = planned(template, tmp_path / "home", 120, port)
        withdrawn = {int(person) for person in report(house, "withdraw")}
        assert house.run(*CHILD, "work", REGULARS_FAILPOINT="delivery.settled").returncode == -9
        assert not accepted
        assert house.run(*CHILD, "work").returncode == 0
        rows, decided = report(house), report(house, "decided")
    assert Counter(state for _, state in rows) == {"HANDED_OFF": 120 - len(withdrawn), "SKIPPED": len(withdrawn)}
    assert max(accepted.values()) == 1 and accepted.total() == 120 - len(withdrawn)
    assert {person for person, verdict, *_ in decided if verdict == "skip"} == withdrawn


@pytest.mark.parametrize("when", ["", ":2"])
def test_killed_after_telling_of_some_everybody_is_told_of_once(template, tmp_path, when):
    with counting_server() as (port, _):
        house = planned(template, tmp_path / "home", 50, port)
        assert house.run(*CHILD, "work").returncode == 0
    assert set(report(house, "touched").values()) == {0}
    assert house.run(*CHILD, "tell", REGULARS_FAILPOINT=f"contacts.told{when}").returncode == -9
    some = Counter(report(house, "touched").values())
    assert some[1] == (40 if when else 20) and some[0] == 50 - some[1]
    assert house.run(*CHILD, "tell").returncode == 0
    assert Counter(report(house, "touched").values()) == {1: 50}


def test_a_whole_home_restored_right_after_a_send_sends_nothing_again(template, tmp_path):
    if connection.vendor == "postgresql":
        pytest.skip("there the data does not lie in the home")
    with counting_server() as (port, accepted):
        house = planned(template, tmp_path / "home", 230, port)
        house.run(*CHILD, "work", REGULARS_FAILPOINT="delivery.carried")
        shutil.copytree(house.home, tmp_path / "backup")
        beat = int((house.home / "delivery-beat").read_text())
        while now_us() < beat + SECOND:  # what is younger than a second is not told from its backup
            time.sleep(0.05)
        assert house.run(*CHILD, "work").returncode == 0
        sent = accepted.total()
        shutil.rmtree(house.home)
        shutil.copytree(tmp_path / "backup", house.home)
        assert house.run(*CHILD, "once").returncode == 0
        states = Counter(state for _, state in report(house))
    assert sent == accepted.total() and sent >= 130
    assert states["PLANNED"] + states["CLAIMED"] > 100


@pytest.mark.slow
def test_several_workers_hand_nothing_off_in_the_quiet_hours_of_anybody(template, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one worker per lane")
    quiet, start = Quiet(21 * 60, 8 * 60), 1_790_000_000 * SECOND
    with counting_server() as (port, accepted):
        house = template.copy(tmp_path / "home")
        done = house.run(*CHILD, "night", "900", str(port), str(start))
        assert done.returncode == 0, done.stderr
        crew = [house.start(*CHILD, "dark") for _ in range(3)]
        for at in range(start, start + 36 * HOUR, 10 * MINUTE):
            set_clock(house.home, at)
            while min(read_clock(house.home, of=worker.pid) for worker in crew) < at:
                assert all(worker.poll() is None for worker in crew)
                time.sleep(0.002)
        set_clock(house.home, 0)
        assert all(worker.wait(timeout=300) == 0 for worker in crew)
        rows = report(house, "sent")
    sent = [(ZONES[int(re.sub("[^0-9]", "", address)) % 3], when) for address, when in rows]
    assert len(sent) == accepted.total() == 900
    local = [from_us(when).astimezone(ZoneInfo(zone)) for zone, when in sent]
    assert not any(is_quiet(quiet, wall) for wall in local)
    assert Counter(zone for zone, _ in sent) == dict.fromkeys(ZONES, 300)
    assert len({wall.hour for wall in local}) > 6


@pytest.mark.slow
def test_caps_and_withdrawn_consents_hold_while_several_workers_send(template, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one worker per lane")
    people, each, cap = 300, 5, 2
    with counting_server() as (port, accepted):
        house = planned(template, tmp_path / "home", people, port, each, cap)
        crew = [house.start(*CHILD, "work") for _ in range(3)]
        sure = {int(person): when for person, when in report(house, "withdraw").items()}
        assert all(worker.wait(timeout=300) == 0 for worker in crew)
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
    with _counting(home) as (port, accepted):
        house = planned(template, home, people, port)
        crew = [house.start(*CHILD, "work") for _ in range(workers)]
        marks = sorted(chance.randrange(1, int(people * 0.8)) for _ in range(kills))
        killed = 0
        for mark in marks:
            until = time.monotonic() + 300
            while accepted.total() < mark and time.monotonic() < until:
                time.sleep(chance.uniform(0.001, 0.01))
            unlucky = chance.randrange(workers)
            if crew[unlucky].poll() is None:
                crew[unlucky].kill()
                killed += 1
            crew[unlucky].wait()
            crew[unlucky] = house.start(*CHILD, "work")
        assert all(worker.wait(timeout=300) == 0 for worker in crew)
        rows, _ = report(house), accepted.total()
    assert killed >= kills // 2
    holds(rows, accepted, people=people, kills=killed)
    return killed, sum(state == "UNKNOWN" for _, state in rows)


def _counting(home):
    """By the real smtp-sink where it is installed: it is quick, and nobody of ours wrote it."""
    return counting_sink(home.with_name("sink")) if SINK else counting_server()
