"""Killed at every commit boundary of this room: a person is there in whole or gone in whole, and work goes on."""

import json

import pytest

from regulars.events.tests import apart
from regulars.people import loops  # noqa: F401  declares the failpoints
from regulars.people.actions import erasing  # noqa: F401
from tests.killing import failpoints, kill, reported

FAILPOINTS = failpoints("people.")
CHILD = ("-m", "regulars.people.tests.child")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return apart.fresh(tmp_path_factory.mktemp("kill") / "home")


def report(house) -> dict:
    return json.loads(reported(house, *CHILD, "report").removeprefix("report "))


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_there_a_person_is_whole_or_gone_and_profiles_catch_up(template, tmp_path, failpoint):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=failpoint)
    found = report(house)
    if failpoint == "people.erase.after_commit":
        assert (found["names"], found["erased"], found["wiping"]) == (["Bob Hall"], 1, 1)
        assert found["words"] == ["bob", "hall", "k1"]
    else:
        assert (found["names"], found["erased"], found["wiping"]) == (["Anna Berg", "Bob Hall"], 0, 0)
        assert found["words"] == ["anna", "berg", "bob", "hall", "k0", "k1"]


def test_there_is_a_failpoint_on_both_sides_of_each_commit():
    assert len(FAILPOINTS) == 4
