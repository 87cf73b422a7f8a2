"""Killed at every commit boundary and started again, memberships and their log end as they would have ended."""

import pytest

from regulars.core.failpoints import NAMES
from regulars.events.tests import apart

FAILPOINTS = sorted(name for name in NAMES if name.startswith("segments."))
CHILD = ("-m", "regulars.segments.tests.child")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    house = apart.fresh(tmp_path_factory.mktemp("kill") / "home")
    assert house.run(*CHILD, "begin").returncode == 0
    return house


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    house = template.copy(tmp_path_factory.mktemp("whole") / "home")
    done = house.run(*CHILD, "work")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("when", ["", pytest.param(":2", marks=pytest.mark.slow)])
@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_there_and_started_again_nothing_is_missing(template, undisturbed, tmp_path, failpoint, when):
    house = template.copy(tmp_path / "home")
    killed = house.run(*CHILD, "work", REGULARS_FAILPOINT=failpoint + when)
    if when == "" or killed.returncode:
        assert killed.returncode == -9, killed.stderr
    again = house.run(*CHILD, "work")
    assert again.returncode == 0, again.stderr
    assert again.stdout == undisturbed and again.stdout.startswith("report ")
