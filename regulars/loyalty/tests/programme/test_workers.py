"""Killed at every commit boundary, or several workers at once: everybody has the points of one quiet run."""

import json

import pytest
from django.db import connection

from tests.killing import FIRST_OR_SECOND, begun, failpoints, kill, reported

CHILD = ("-m", "regulars.loyalty.tests.programme.child")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("programme"), CHILD)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    found = reported(template.copy(tmp_path_factory.mktemp("whole") / "home"), *CHILD, "work")
    kept, standings, crossed, _have, _posted, broken, step = json.loads(found.removeprefix("report "))
    assert (len(standings), len(crossed), broken, step) == (30, 30, [], 0)
    assert kept
    return found


@pytest.mark.parametrize("when", FIRST_OR_SECOND)
@pytest.mark.parametrize("failpoint", failpoints("loyalty.count", "loyalty.day"))
def test_killed_there_and_started_again_everybody_is_counted_once(template, undisturbed, tmp_path, failpoint, when):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=failpoint + when, surely=not when)
    assert reported(house, *CHILD, "work") == undisturbed


@pytest.mark.parametrize("dies", ["", "loyalty.count.before_commit:3", "loyalty.count.after_commit:3"])
def test_workers_side_by_side_count_everybody_once(template, undisturbed, tmp_path, dies):
    house = template.copy(tmp_path / "home")
    count = 3 if connection.vendor == "postgresql" else 2
    workers = [
        house.start(*CHILD, "count", **({"REGULARS_FAILPOINT": dies} if n == 0 and dies else {}))
        for n in range(count)
    ]
    ends = [worker.wait(timeout=300) for worker in workers]
    assert set(ends[1:]) == {0}
    assert ends[0] in (0, -9)
    assert reported(house, *CHILD, "work") == undisturbed
