"""Killed at every commit boundary and started again, listening loses no mention and counts none twice."""

import json

import pytest

from tests.killing import FIRST_OR_SECOND, begun, failpoints, kill, reported

CHILD = ("-m", "regulars.social.tests.listener")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("kill"), CHILD)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    found = reported(template.copy(tmp_path_factory.mktemp("whole") / "home"), *CHILD, "work")
    heard, loud, told, looked, due = json.loads(found.removeprefix("report "))
    assert len(heard) == 16 and len(told) == 1 and due == 0
    assert {fold for _topic, _item, _at, fold, _same in heard} == {"", "same"}
    assert sum(mentions + folded for _t, minutes, _s, _p, mentions, folded in loud if minutes == 60) == len(heard)
    assert looked == [["Northgate", None, 0], ["Tents", None, 15]]
    return found


@pytest.mark.parametrize("when", FIRST_OR_SECOND)
@pytest.mark.parametrize("failpoint", failpoints("social.mentions", "social.again"))
def test_killed_there_and_started_again_every_mention_is_there_once(template, undisturbed, tmp_path, failpoint, when):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=failpoint + when, surely=not when)
    assert reported(house, *CHILD, "work") == undisturbed
