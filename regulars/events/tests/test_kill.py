"""Killed at every commit boundary: no accepted event is lost, none is there twice, every effect happens once."""

import json

import pytest

from regulars.events.tests import apart
from regulars.events.tests.child import BATCH, BATCHES
from tests.killing import failpoints, kill, reported

OURS = ("inbox.", "edge.", "ingest.", "take_in.", "consumers.", "redactions.")
FAILPOINTS = failpoints(*OURS)
CHILD = ("-m", "regulars.events.tests.child")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return apart.fresh(tmp_path_factory.mktemp("kill") / "home")


def test_there_is_a_failpoint_at_every_commit_boundary():
    assert {name.partition(".")[0] + "." for name in FAILPOINTS} == set(OURS)


@pytest.mark.parametrize("when", ["", pytest.param(":3", marks=pytest.mark.slow)])
@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_there_and_resent_everything_is_in_once(template, tmp_path, failpoint, when):
    house = template.copy(tmp_path / "home")
    killed = kill(house, *CHILD, "work", at=failpoint + when, surely=not when)
    after_the_kill, after_the_resend = reports(house)
    for number in killed.stdout.split("\n"):
        if number.isdigit():  # answered with 200
            assert {f"m{int(number) * BATCH + n}" for n in range(BATCH)} <= set(after_the_kill["messages"])
    expected = {f"m{n}" for n in [*range(BATCHES * BATCH), *range(1000, 1000 + BATCH)]}
    assert after_the_resend["messages"] == sorted(expected)
    assert after_the_resend["effects"] == len(expected)


def reports(house):
    """What is there after a new start, and after the client sent everything again."""
    return [json.loads(line.removeprefix("report ")) for line in reported(house, *CHILD, "recover").split("\n")]


def test_second_copies_of_events_do_not_stay_in_the_inbox(template, tmp_path):
    house = template.copy(tmp_path / "home")
    house.run(*CHILD, "work")
    found = reports(house)[-1]
    assert found["redactions"] == 0
    assert len(found["raw"]) == BATCHES
    assert sum(body.count('"m0"') for body in found["raw"]) == 1
