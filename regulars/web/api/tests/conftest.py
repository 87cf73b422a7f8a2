"""Keys of every role, and a person."""

import pytest

from regulars.people.actions import Sighting, record_sightings
from regulars.team import actions
from regulars.web.api import limits


@pytest.fixture(autouse=True)
def _fresh_limits():
    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def ask(client, business, at):
    """Ask the API: ask("GET", "/people", role="reader", json={...}) -> response."""
    secrets: dict[str, str] = {}

    def send(method: str, path: str, *, role: str = "owner", json=None, headers=None, **query):
        if role and role not in secrets:
            secrets[role] = actions.make_key(name=role, role=role, by="system", at=at)[1]
        auth = {"authorization": f"Bearer {secrets[role]}"} if role else {}
        more = {"content_type": "application/json"} if method != "GET" else {}
        if json is not None:
            more["data"] = json
        elif query:
            more["query_params"] = query
        return getattr(client, method.lower())(f"/api/v1{path}", headers=auth | (headers or {}), **more)

    return send


@pytest.fixture
def anna(business, at):
    """Anna's person id: known by e-mail, phone and an account."""
    sighting = Sighting(
        namespace="shop",
        keys=(("user", "7"),),
        identifiers=(("email", "anna@example.com"), ("phone", "+447700900123")),
        traits={"firstName": "Anna", "lastName": "Archer"},
        at=at,
    )
    return record_sightings(sightings=[sighting], source_id=1, at=at)[0]
