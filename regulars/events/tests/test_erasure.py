"""What is erased is gone from the log, the inbox and the dead letters, and a resend does not bring it back."""

import json

import pytest
from django.db import connection

from regulars.events import inbox, inbox_sqlite, personal, redactions
from regulars.events.models import ConsumerFailure, DeadLetter, Event, Redaction
from regulars.people.actions import erase_person
from regulars.people.models import Identifier, Node

ALICE = {"type": "identify", "userId": "alice-77", "messageId": "a1", "traits": {"email": "alice@shop.example.com"}}
BOB = {"type": "track", "event": "Order Completed", "userId": "bob-12", "messageId": "b1"}
LOST = {"type": "track", "event": "", "userId": "alice-77", "messageId": "a2"}
SPOKEN = {"type": "track", "event": "", "properties": {"tel": "07700 900123"}, "messageId": "a3"}


def raw_texts():
    last = inbox.store().last_seq()
    return " ".join(request.body.decode() for request in inbox.store().read(range(max(1, last - 20), last + 1)))


@pytest.fixture
def alice(send, ingest, at):
    """Alice in the log, in dead letters, and twice in the inbox; Bob beside her."""
    send(body={"batch": [ALICE, BOB, LOST, SPOKEN]})
    ingest()
    send(body={"batch": [ALICE, BOB]})
    send(body=ALICE, path="/v1/identify")
    ingest()
    node = Node.objects.get(key="alice-77").id
    value = dict(type="phone", value="+447700900123", raw="07700 900 123", first_us=at, last_us=at)
    Identifier.objects.create(node_id=node, **value)
    return node


def test_erasing_leaves_no_trace_in_log_inbox_and_dead_letters(alice, at):
    event = Event.objects.get(node_id=alice)
    ConsumerFailure.objects.create(consumer="c", event_id=event.id, reason="alice", at=at)
    assert "alice" in raw_texts() and DeadLetter.objects.count() == 2
    erase_person(person_id=alice, by="system", at=at)
    assert not Event.objects.filter(node_id=alice).exists()
    assert not DeadLetter.objects.exists() and not ConsumerFailure.objects.exists()
    assert not Redaction.objects.exists()
    assert "alice" not in raw_texts() and "900123" not in raw_texts()
    assert "bob-12" in raw_texts()
    if connection.vendor == "sqlite":
        files = inbox_sqlite.path().parent.glob("inbox.sqlite3*")
        assert not any(b"alice" in file.read_bytes() for file in files)


def test_what_is_sent_again_about_an_erased_person_is_refused_and_redacted(alice, send, ingest, at):
    erase_person(person_id=alice, by="system", at=at)
    before = Event.objects.count()
    send(body={"batch": [ALICE | {"messageId": "a9"}, BOB | {"messageId": "b9"}]})
    ingest()
    redactions.carry_out(now=True)
    assert Event.objects.count() == before + 1
    assert "alice" not in raw_texts() and "b9" in raw_texts()


def test_a_redaction_that_was_interrupted_is_carried_out_later(alice, monkeypatch, at):
    monkeypatch.setattr(redactions, "carry_out", lambda **_: False)
    erase_person(person_id=alice, by="system", at=at)
    assert Redaction.objects.exists() and "alice" in raw_texts()
    monkeypatch.undo()
    redactions.carry_out(now=True)
    assert not Redaction.objects.exists() and "alice" not in raw_texts()


def test_the_export_holds_events_and_dead_letters(alice):
    events = personal.export_events([alice])
    assert [(event["event"], event["message_id"]) for event in events] == [("Identify", "a1")]
    assert {json.loads(letter["body"])["messageId"] for letter in personal.export_dead_letters([alice])} == {
        "a2",
        "a3",
    }
