"""Killed at every commit boundary and started again, nothing that was said is lost, doubled or answered twice."""

import pytest

from tests.killing import FIRST_OR_SECOND, begun, failpoints, kill, reported

CHILD = ("-m", "regulars.inbox.tests.child")
POINTS = failpoints("desk.")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("kill"), CHILD)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    found = reported(template.copy(tmp_path_factory.mktemp("whole") / "home"), *CHILD, "work")
    assert found.count("words") > 24 and '"answer"' in found
    return found


@pytest.mark.parametrize("when", FIRST_OR_SECOND)
@pytest.mark.parametrize("failpoint", POINTS)
def test_killed_there_and_started_again_every_word_is_in_once_and_answered_once(
    template, undisturbed, tmp_path, failpoint, when
):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=failpoint + when, surely=not when)
    assert reported(house, *CHILD, "work") == undisturbed
