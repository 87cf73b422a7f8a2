"""Limits can be set, say when they are wrong, and are applied to everybody afterwards."""

import pytest

from regulars.people.actions import Sighting, record_sightings, rejoin_everybody
from regulars.people.limits import limits, parse
from regulars.people.models import Link, Node


@pytest.fixture
def limited(monkeypatch):
    def to(text):
        monkeypatch.setenv("REGULARS_IDENTITY_LIMITS", text)
        limits.cache_clear()

    yield to
    monkeypatch.undo()
    limits.cache_clear()


def test_limits_are_read_from_one_line():
    found = parse("email=8, accounts=80")
    assert (found.email, found.accounts, found.phone) == (8, 80, 4)


@pytest.mark.parametrize("text", ["mail=3", "email", "email=many"])
def test_a_wrong_limit_says_which(text):
    with pytest.raises(ValueError, match="name=number"):
        parse(text)


@pytest.mark.django_db
def test_changed_limits_are_applied_to_everybody_and_back(limited):
    seen = [Sighting(f"shop{n}", (("user", "1"),), (("email", "anna@example.com"),), at=1) for n in range(4)]
    record_sightings(sightings=seen, source_id=1, at=1)
    assert Node.objects.values("person_id").distinct().count() == 1
    limited("accounts=2")
    assert rejoin_everybody(at=2) == 1
    assert Node.objects.values("person_id").distinct().count() == 2
    assert "more than 2 accounts" in Link.objects.exclude(held_back="").first().held_back
    limited("")
    rejoin_everybody(at=3)
    assert Node.objects.values("person_id").distinct().count() == 1
    assert not Link.objects.exclude(held_back="").exists()
