"""Malformed everything: a clear dead letter or a clear answer, never a 5xx, and nothing else changed."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from regulars.events import ingest as ingestion
from regulars.events import pipeline
from regulars.events.ingest import take_in
from regulars.events.models import DeadLetter, Event
from regulars.events.pipeline import Origin, Ready, Rejected
from regulars.events.tests.test_slice import track
from regulars.people.models import Node

BAD = {
    "not_an_object": [None, 7, "text", [], [track(1)]],
    "unknown_type": [track(1, type="tracks"), track(1, type=7), track(1, type={}), {}],
    "no_event_name": [track(1, event=None), track(1, event=""), track(1, event="  ")],
    "no_id": [track(1, userId=None), track(1, userId=""), track(1, userId="null"), track(1, userId="undefined")],
    "wrong_type": [track(1, userId={}), track(1, userId=True), track(1, userId=["a"]), track(1, event=[]),
                   track(1, properties=[]), track(1, properties="x"), track(1, properties=7), track(1, context="x"),
                   track(1, messageId={}), {"type": "identify", "userId": "u", "traits": "x"}],
    "too_long": [track(1, userId="x" * 256), track(1, event="x" * 121)],
    "bad_date": [track(1, timestamp="2026-02-30"), track(1, timestamp="yesterday"), track(1, timestamp={}),
                 track(1, timestamp=True), track(1, timestamp="2026-13-01T00:00:00Z"),
                 track(1, originalTimestamp="12:00"), track(1, timestamp="-0044-03-15T00:00:00Z")],
    "date_out_of_range": [track(1, timestamp="9999-12-31T23:59:59Z"), track(1, timestamp="1969-07-20T20:17:40Z"),
                          track(1, timestamp=-1), track(1, timestamp=10**30), track(1, timestamp=1e300)],
    "nul_character": [track(1, userId="a\0b"), track(1, properties={"a\0": 1}), track(1, event="\0")],
    "unreadable": [track(1, userId="\ud800"), track(1, properties={"x": "\udfff"}), track(1, properties={"x": 1e400}),
                   track(1, properties={"x": float("nan")})],
    "bad_consent": [track(1, context={"consents": [{}]}), track(1, context={"consents": [{"state": "granted"}]})],
}  # fmt: skip


@pytest.mark.parametrize(("code", "item"), [(code, item) for code, items in BAD.items() for item in items])
def test_a_bad_event_becomes_a_dead_letter_and_its_neighbours_go_in(send, ingest, code, item):
    assert send(body={"batch": [track(101), item, track(102)]}) == (200, {"success": True})
    ingest()
    letter = DeadLetter.objects.get()
    assert (letter.code, letter.position) == (code, 1)
    assert letter.reason.endswith(".") and len(letter.reason) > 20
    assert Event.objects.count() == 2
    assert list(Node.objects.values_list("key", flat=True)) == ["alice"]


def test_an_event_nested_without_end_is_a_dead_letter(send, ingest):
    deep = b'{"a":' * 500 + b"1" + b"}" * 500
    good = json.dumps(track(1)).encode()
    bad = b'{"type":"track","event":"e","userId":"u","messageId":"d","properties":' + deep + b"}"
    assert send(body=b'{"batch":[' + good + b"," + bad + b"]}")[0] == 200
    ingest()
    assert DeadLetter.objects.get().code == "too_deep"
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "bad", [b'{"type":"track","userId":"\xff"}', b'{"type":"track","x":"\\ud83d"}', b'{"a":1e999}']
)
def test_bytes_that_are_no_text_cost_only_their_own_event(send, ingest, bad):
    good = json.dumps(track(1)).encode()
    assert send(body=b'{"batch":[' + good + b"," + bad + b"]}")[0] == 200
    ingest()
    assert Event.objects.count() == 1
    assert DeadLetter.objects.count() == 1


def test_a_mended_dead_letter_goes_in_when_it_is_replayed(send, ingest, at):
    from regulars.events import actions

    send(body={"batch": [track(1, event=""), track(2, event="")], "sentAt": None})
    ingest()
    first, second = DeadLetter.objects.order_by("position")
    for request in [ingestion.inbox.store().read([first.raw_seq])[0]]:
        mended = request.body.replace(b'"event": ""', b'"event": "Mended"', 1)
        ingestion.inbox.store().rewrite(request.seq, False, mended)
    assert actions.replay_dead_letters(ids=[first.id, second.id], by="system", at=at) == (1, 1)
    assert Event.objects.get().name == "Mended"
    assert list(DeadLetter.objects.filter(replayed_us=None)) == [second]
    assert actions.replay_dead_letters(ids=[first.id, second.id], by="system", at=at) == (0, 1)


def test_imports_get_the_reasons_back_and_leave_no_dead_letter(source, at):
    taken = take_in(source_id=source.id, items=[track(1), track(2, timestamp="2026-02-30"), track(1)], at=at)
    assert (taken.accepted, taken.known, taken.refused) == (1, 1, 1)
    assert [(reject.position, reject.code) for reject in taken.rejects] == [(1, "bad_date")]
    assert not DeadLetter.objects.exists()


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("type", "event", "userId", "anonymousId", "messageId", "timestamp", "sentAt", "originalTimestamp", "traits",
          "properties", "context", "groupId", "previousId", "mergeProperties", "name", "category")  # fmt: skip
anything = json_values | some.dictionaries(some.sampled_from(FIELDS), json_values) | some.fixed_dictionaries(
    {"type": some.sampled_from([*pipeline.LONG_KINDS]), "userId": some.text(max_size=20), "event": some.text()},
    optional={field: json_values for field in FIELDS[4:]},
)  # fmt: skip


@given(items=some.lists(anything, max_size=5))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_is_either_ready_or_rejected_with_a_sentence(db, items):
    body = json.dumps({"batch": items}).encode()
    events, origin = pipeline.split(body, Origin(1, "shop", 1_790_000_000_000_000, raw_seq=1))
    found = list(pipeline.prepare(events, origin))
    assert len(found) == len(items)
    for event in found:
        assert isinstance(event, (Ready, Rejected))
        assert isinstance(event, Ready) or (event.code and event.reason.endswith("."))


@given(items=some.lists(anything, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_ready_the_database_takes(source, at, items):
    ready = [event for event in pipeline.prepare([json.dumps(i).encode() for i in items],
                                                 Origin(source.id, "shop", at, raw_seq=1))
             if isinstance(event, Ready)]  # fmt: skip
    before = Event.objects.count()
    from django.db import transaction

    from regulars.events import intake

    with transaction.atomic():
        stored = intake.put(ready, at=at)
    assert Event.objects.count() == before + len(stored.accepted)


@given(
    body=some.binary(max_size=200) | some.text().map(str.encode) | json_values.map(lambda v: json.dumps(v).encode())
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_body_makes_the_edge_fail(send, body):
    assert send(body=body)[0] in (200, 400)
