"""Killed at every commit boundary: no delivery that was answered is lost, and none counts twice."""

import json

import pytest

from regulars.events.tests import apart
from tests.killing import failpoints, kill, reported
from tests.sources.child import ORDERS

pytestmark = pytest.mark.anydb
CHILD = ("-m", "tests.sources.child")
OURS = failpoints("door.", "wanting.", "reconciling.")
ALSO = ["inbox.before_commit", "inbox.after_commit", "ingest.before_commit", "ingest.after_commit"]


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return apart.fresh(tmp_path_factory.mktemp("hooks") / "home")


def test_there_are_failpoints_where_something_commits():
    assert {name.partition(".")[0] for name in OURS} == {"door", "wanting", "reconciling"}


@pytest.mark.parametrize("failpoint", [*OURS, *(pytest.param(name, marks=pytest.mark.slow) for name in ALSO)])
def test_killed_there_nothing_that_was_answered_is_lost_and_nothing_doubles(template, tmp_path, failpoint):
    house = template.copy(tmp_path / "home")
    killed = kill(house, *CHILD, "work", at=failpoint)
    lines = reported(house, *CHILD, "recover").split("\n")
    after_the_kill, after_all = (json.loads(line.removeprefix("report ")) for line in lines)
    answered = {str(100 + int(number)) for number in killed.stdout.split("\n") if number.isdigit()}
    assert answered <= set(after_the_kill["orders"])
    assert after_all["orders"] == [str(100 + n) for n in range(ORDERS)]
    # the last order was only ever seen at its second version
    assert after_all["updates"] == 2 * (ORDERS - 1) + 1 and after_all["wanted"] == 0
