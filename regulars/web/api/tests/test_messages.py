"""Sending single messages over the API, reading why, and suppressions."""

import pytest

from regulars.channels.models import Message, Suppression
from regulars.content.models import Template, TemplateVersion


@pytest.fixture
def template(db, at):
    made = Template.objects.create(name="Receipt", drafted_us=at, drafted_by="user:1", created_us=at, version=1)
    TemplateVersion.objects.create(template_id=made.id, number=1, variants={}, compiled={}, at=at, by="user:1")
    return made.id


def sending(ask, template, key="order-7", **more):
    body = {"kind": "receipt", "template": template, **more}
    return ask("POST", "/messages", json=body, headers={"Idempotency-Key": key} if key else {})


def test_a_message_is_planned_once_per_key_and_says_why(ask, template, anna):
    first = sending(ask, template, person=anna, context={"total": "5.00"})
    again = sending(ask, template, person=anna)
    assert first.status_code == again.status_code == 201, first.content
    assert first.json() == again.json()
    assert Message.objects.count() == 1
    told = ask("GET", f"/messages/{first.json()['id']}").json()
    assert (told["state"], told["person"], told["campaign"]) == ("planned", anna, "Receipt")
    assert "turn has not come" in told["why"][0]
    assert "somebody waits for" in told["foretold"][0]


def test_without_an_idempotency_key_nothing_is_sent(ask, template, anna):
    assert sending(ask, template, key="", person=anna).status_code == 422
    assert not Message.objects.exists()


def test_nobody_unknown_and_no_address_are_said_in_sentences(ask, template, anna):
    assert sending(ask, template, person=10**12).status_code == 404
    told = sending(ask, template)
    assert (told.status_code, told.json()["code"]) == (422, "cannot")
    assert "to whom" in told.json()["message"]
    assert "publish it first" in sending(ask, 10**9, person=anna).json()["message"]


def test_a_reader_cannot_send(ask, template, anna):
    body = {"kind": "receipt", "template": template, "person": anna}
    assert ask("POST", "/messages", role="reader", json=body, headers={"Idempotency-Key": "1"}).status_code == 403


def test_messages_of_a_person_in_pages(ask, template, anna):
    for n in range(3):
        sending(ask, template, key=str(n), person=anna)
    first = ask("GET", "/messages", person=anna, limit=2).json()
    rest = ask("GET", "/messages", person=anna, limit=2, after=first["after"]).json()
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["after"] is None
    assert ask("GET", "/messages", state="skipped").json()["items"] == []
    assert ask("GET", "/messages", state="lost").status_code == 422
    assert ask("GET", "/messages", after="x").status_code == 422


def test_addresses_are_suppressed_and_released(ask, template, anna):
    made = ask("POST", "/suppressions", json={"address": "Zoe@Shop.example"}).json()
    assert made["address"] == "zoe@shop.example"
    assert [one["id"] for one in ask("GET", "/suppressions").json()["items"]] == [made["id"]]
    assert ask("DELETE", f"/suppressions/{made['id']}").json()["lifted_us"]
    assert ask("GET", "/suppressions").json()["items"] == []
    assert Suppression.objects.count() == 1
