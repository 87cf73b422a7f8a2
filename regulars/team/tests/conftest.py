"""A small team: Olga owns, Mia markets, Ari answers, Ana analyses, Rex reads."""

import pytest
from django.core.cache import cache

from regulars.team import actions

PASSWORD = "three random words"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def team(business, at):
    """One member per role, by role."""
    names = {"owner": "Olga", "marketer": "Mia", "agent": "Ari", "analyst": "Ana", "reader": "Rex"}
    return {
        role: actions.add_member(
            email=f"{name.lower()}@example.com", name=name, role=role, by="system", at=at, password=PASSWORD
        )
        for role, name in names.items()
    }


@pytest.fixture
def as_role(client, team):
    """The test client, signed in as the member with that role."""

    def sign_in(role: str):
        client.force_login(team[role])
        return client

    return sign_in
