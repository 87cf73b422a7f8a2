import pytest

from regulars.segments.actions import tick
from regulars.team.models import AuditEntry

SPENDERS = {"all": [{"fact": "spent", "op": ">=", "value": 50000}]}
EVERYBODY = {"all": [{"fact": "orders", "op": ">=", "value": 0}]}


def _make(ask, definition=EVERYBODY, name="Everybody"):
    return ask("POST", "/segments", json={"name": name, "definition": definition})


def test_a_segment_is_made_read_changed_and_audited(ask):
    made = _make(ask, SPENDERS, "Good customers")
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert made.json()["definition"] == SPENDERS and made.json()["words"]
    changed = ask("PATCH", f"/segments/{number}", json={"definition": EVERYBODY, "description": "All of them"})
    assert (changed.json()["version"], changed.json()["description"]) == (2, "All of them")
    assert ask("GET", f"/segments/{number}", role="reader").json()["definition"] == EVERYBODY
    assert [s["name"] for s in ask("GET", "/segments", role="reader").json()] == ["Good customers"]
    assert AuditEntry.objects.filter(act__startswith="segment.").count() >= 2


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"all": 7},
        {"all": [{"fact": "teapot", "op": "=", "value": 1}]},
        {"all": [{"segment": 99, "member": True}]},
    ],
)
@pytest.mark.parametrize("path", ["/segments", "/segments/preview"])
def test_a_definition_that_cannot_be_is_refused_with_a_sentence(ask, path, definition):
    response = ask("POST", path, json={"name": "x", "definition": definition})
    assert response.status_code == 422 and len(response.json()["message"]) > 10


def test_a_definition_is_tried_without_making_a_segment(ask, anna):
    tried = ask("POST", "/segments/preview", role="reader", json={"definition": EVERYBODY}).json()
    assert tried["count"] == len(tried["sample"]) and not ask("GET", "/segments").json()


@pytest.mark.django_db(transaction=True)  # PostgreSQL shows entries to readers once they are committed
def test_members_and_changes_are_read_by_cursor(ask, business, at):
    from regulars.people.actions import Sighting, record_sightings

    seen = [Sighting(namespace="shop", keys=(("user", str(n)),), traits={"city": "Leeds"}, at=at) for n in range(5)]
    people = record_sightings(sightings=seen, source_id=1, at=at)
    number = ask("POST", "/segments", json={"name": "Leeds", "definition": NOBODY_BOUGHT}).json()["id"]
    while tick(at + 1):
        pass
    members, after = [], ""
    while after is not None:
        page = ask("GET", f"/segments/{number}/members", limit=2, **({"after": after} if after else {})).json()
        members, after = members + [m["person_id"] for m in page["items"]], page["after"]
    assert sorted(members) == sorted(people)
    changes, after = [], 0
    for _ in range(4):
        page = ask("GET", "/segments/changes", segment=number, after=after, limit=2).json()
        changes, after = changes + page["items"], page["after"]
    assert sorted(c["person_id"] for c in changes) == sorted(people) and {c["entered"] for c in changes} == {True}
    assert ask("GET", f"/people/{people[0]}/segments").json()[0]["name"] == "Leeds"


NOBODY_BOUGHT = {"none": [{"event": "Order Completed", "measure": "count", "op": ">=", "value": 1}]}


def test_what_does_not_exist_is_a_404_and_an_empty_change_is_refused(ask):
    for method, path in (("GET", "/segments/9"), ("GET", "/segments/9/members")):
        assert ask(method, path).status_code == 404
    number = _make(ask).json()["id"]
    assert "what to change" in ask("PATCH", f"/segments/{number}", json={}).json()["message"]
    assert ask("GET", f"/segments/{number}/members", after="x").status_code == 422
