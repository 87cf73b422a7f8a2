"""Killed at every commit boundary and started again, every post is handed over once."""

import json

import pytest

from tests.killing import FIRST_OR_SECOND, begun, failpoints, kill, reported

CHILD = ("-m", "regulars.social.tests.child")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("kill"), CHILD)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    found = reported(template.copy(tmp_path_factory.mktemp("whole") / "home"), *CHILD, "work")
    posts, _variants = json.loads(found.removeprefix("report "))
    assert len(posts) == 5 and not any("Nobody" in text for _key, text, _answers in posts)
    return found


@pytest.mark.parametrize("when", FIRST_OR_SECOND)
@pytest.mark.parametrize("failpoint", failpoints("social.hand"))
def test_killed_there_and_started_again_nothing_is_missing_and_nothing_is_twice(
    template, undisturbed, tmp_path, failpoint, when
):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=failpoint + when, surely=not when)
    assert reported(house, *CHILD, "work") == undisturbed
