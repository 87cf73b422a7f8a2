"""Killed between any two statements that matter, and started again: every posting stands once."""

import pytest

import regulars.loyalty.ledger  # noqa: F401  declares the failpoints
from tests.killing import FIRST_OR_SECOND, begun, failpoints, kill, reported

CHILD = ("-m", "regulars.loyalty.tests.ledger.child")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("ledger"), CHILD)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    return reported(template.copy(tmp_path_factory.mktemp("whole") / "home"), *CHILD, "work")


@pytest.mark.parametrize("passage", FIRST_OR_SECOND)
@pytest.mark.parametrize("point", failpoints("ledger."))
def test_a_killed_posting_stands_once(template, undisturbed, tmp_path, point, passage):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, "work", at=point + passage, surely=not passage)
    assert reported(house, *CHILD, "work") == undisturbed
    assert undisturbed.endswith(", []]")
