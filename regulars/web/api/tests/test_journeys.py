"""Journeys and broadcasts over the API."""

import pytest

from regulars.core.clock import now_us
from regulars.journeys import actions
from regulars.journeys.models import Enrolment
from regulars.journeys.tests.cast import live, settle, template
from regulars.segments.actions import create_list
from regulars.team.models import AuditEntry

TREE = {"start": {"kind": "manual"}, "steps": [{"id": "w", "kind": "wait", "days": 3}]}


@pytest.fixture
def journey(transactional_db, business, at):
    return live(TREE, at, description="Greets")


@pytest.fixture
def broadcast(transactional_db, business, anna, at):
    some = create_list(name="All", person_ids=[anna], by="user:1", at=at)
    made = actions.create_broadcast(name="Sale", template_id=template(), segments=[some.id], by="user:1", at=at)
    settle(at)
    return made


def test_journeys_are_listed_and_read_with_figures(ask, journey, anna, at):
    actions.enrol_people(journey_id=journey.id, person_ids=[anna], by="user:1", at=at)
    settle(at)
    (row,) = ask("GET", "/journeys").json()
    assert (row["name"], row["state"], row["inside"], row["entered"]) == ("Welcome", "live", 1, 1)
    told = ask("GET", f"/journeys/{journey.id}").json()
    assert told["tree"] == TREE and told["steps"] == [{"step": "w", "here": 1, "passed": 0, "ways": {}}]
    assert [run["person_id"] for run in ask("GET", f"/journeys/{journey.id}/people").json()["items"]] == [anna]
    assert ask("GET", f"/journeys/{journey.id}/people", outcome="done").json()["items"] == []


def test_somebody_is_put_in_once_and_taken_out(ask, journey, anna):
    path = f"/journeys/{journey.id}/people"
    first = ask("POST", path, json={"person": anna})
    again = ask("POST", path, json={"person": anna})
    assert first.status_code == again.status_code == 201 and first.json()["id"] == again.json()["id"]
    assert ask("DELETE", f"{path}/{anna}").json() == {"stopped": 1}
    assert ask("DELETE", f"{path}/{anna}").json() == {"stopped": 0}
    refused = ask("POST", path, json={"person": anna})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_again")
    assert Enrolment.objects.count() == 1
    assert {"journey.enrol", "journey.stop_run"} <= set(AuditEntry.objects.values_list("act", flat=True))


def test_nobody_enters_what_is_not_published_and_readers_only_look(ask, journey, anna, at):
    draft = actions.create_journey(name="Draft", tree=TREE, by="user:1", at=at)
    refused = ask("POST", f"/journeys/{draft.id}/people", json={"person": anna})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_published")
    assert ask("POST", f"/journeys/{journey.id}/people", role="reader", json={"person": anna}).status_code == 403
    assert ask("GET", f"/journeys/{journey.id}", role="reader").status_code == 200
    assert ask("GET", "/journeys/999999").status_code == 404


def test_broadcasts_are_listed_read_paused_and_stopped(ask, broadcast):
    (row,) = ask("GET", "/broadcasts").json()["items"]
    assert (row["name"], row["state"], row["campaign"]) == ("Sale", "draft", None)
    early = ask("POST", f"/broadcasts/{broadcast.id}/pause")
    assert (early.status_code, early.json()["code"]) == (409, "not_sent_off")
    actions.launch(broadcast_id=broadcast.id, by="user:1", at=now_us())
    while actions.plan_broadcasts(now_us()):
        pass
    told = ask("GET", f"/broadcasts/{broadcast.id}").json()
    assert (told["state"], told["counts"], told["heard_us"]) == ("sending", {"planned": 1}, None)
    assert ask("POST", f"/broadcasts/{broadcast.id}/pause").json()["state"] == "paused"
    assert ask("POST", f"/broadcasts/{broadcast.id}/resume").json()["state"] == "sending"
    assert ask("POST", f"/broadcasts/{broadcast.id}/stop", role="reader").status_code == 403
    assert ask("POST", f"/broadcasts/{broadcast.id}/stop").json()["state"] == "stopped"


def test_broadcasts_come_in_pages(ask, broadcast, at):
    second = actions.create_broadcast(name="Second", by="user:1", at=at)
    first = ask("GET", "/broadcasts", limit=1).json()
    assert [one["id"] for one in first["items"]] == [second.id] and first["after"] == second.id
    rest = ask("GET", "/broadcasts", limit=1, after=first["after"]).json()
    assert [one["id"] for one in rest["items"]] == [broadcast.id] and rest["after"] is None
