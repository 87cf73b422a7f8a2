"""Killed at every commit boundary and started again, journeys and broadcasts end as they would have ended."""

import pytest

from tests.killing import FIRST_OR_SECOND, begun, failpoints, kill, reported

CHILD = ("-m", "regulars.journeys.tests.child")
POINTS = [*failpoints("journeys."), *failpoints("broadcasts.")]


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("kill"), CHILD)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    found = reported(template.copy(tmp_path_factory.mktemp("whole") / "home"), *CHILD, "work")
    assert found.startswith("report ")
    return found


@pytest.mark.parametrize("when", FIRST_OR_SECOND)
@pytest.mark.parametrize("failpoint", POINTS)
def test_killed_there_and_started_again_nobody_misses_or_repeats_a_step(
    template, undisturbed, tmp_path, failpoint, when
):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=failpoint + when, surely=not when)
    assert reported(house, *CHILD, "work") == undisturbed
