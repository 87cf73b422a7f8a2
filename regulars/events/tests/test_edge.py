"""What the tracking API answers: every row of the table of answers, every way to send a key."""

import base64
import gzip
import io
import json

import pytest

from regulars.events import actions, edge, inbox, rate
from regulars.events.models import Event
from regulars.events.tests.test_slice import track


def basic(text):
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize("header", [
    lambda key: basic(f"{key}:"),
    lambda key: basic(key),
    lambda key: {"authorization": f"Bearer {key}"},
    lambda key: {"x_write_key": key},
])  # fmt: skip
def test_the_key_is_found_in_every_header_clients_use(send, source, header):
    assert send(body=track(1), path="/v1/track", key=None, **header(source.key))[0] == 200


def test_the_key_is_found_in_the_body(send, source):
    assert send(body={"batch": [track(1)], "writeKey": source.key}, key=None)[0] == 200


@pytest.mark.parametrize("key", [None, "wrong", ""])
def test_without_a_known_key_it_is_401_and_nothing_is_stored(send, source, key):
    status, answer = send(body={"batch": [track(1)]}, key=key)
    assert status == 401 and set(answer) == {"code", "message"}
    assert inbox.store().last_seq() == 0


def test_a_key_works_from_the_moment_it_is_made(send, source, at):
    from regulars.events.models import Source

    assert send(body={"batch": []})[0] == 200
    Source.objects.create(name="made elsewhere", namespace="x", key="fresh", created_us=at)
    assert send(body={"batch": []}, key="fresh")[0] == 200


def test_a_revoked_key_is_refused_and_a_rotated_one_works_for_a_day(send, source, at):
    from regulars.core.clock import DAY, now_us

    old, new = source.key, actions.rotate_key(source_id=source.id, by="system", at=now_us()).key
    assert [send(body={"batch": []}, key=key)[0] for key in (old, new)] == [200, 200]
    actions.rotate_key(source_id=source.id, by="system", at=now_us() - 2 * DAY)
    assert send(body={"batch": []}, key=old)[0] == 401
    actions.revoke_source(source_id=source.id, by="system", at=at)
    assert send(body={"batch": []}, key=new)[0] == 401


@pytest.mark.parametrize("path", ["/v1/track", "/v1/t", "/v1/i", "/v1/identify", "/v1/p", "/v1/s", "/v1/g", "/v1/a",
                                  "/v1/batch", "/v1/b", "/v1/import", "/v1/merge", "/beacon/v1/batch",
                                  "/api/s/track", "/api/s/s2s/page", "/v1/m"])  # fmt: skip
def test_every_route_of_the_clients_answers(send, path):
    assert send(path, {"userId": "u", "event": "x"}) == (200, {"success": True})


@pytest.mark.parametrize(("body", "code"), [
    (b"", "bad_json"), (b"not json", "bad_json"), (b'{"batch": [', "bad_json"), (b"[]", "not_an_object"),
    (b"7", "not_an_object"), (b"\x1f\x8bgarbage", "bad_gzip"), (gzip.compress(b"{}", mtime=0)[:-4], "bad_gzip"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep"),
])  # fmt: skip
def test_what_is_no_json_object_is_400_with_code_and_message(send, body, code):
    status, answer = send(body=body)
    assert (status, answer["code"], set(answer)) == (400, code, {"code", "message"})
    assert inbox.store().last_seq() == 0


@pytest.mark.parametrize("body", [
    b'{"a":"' + b"x" * inbox.LARGEST_BODY + b'"}',
    gzip.compress(b'{"a":"' + b"x" * inbox.LARGEST_BODY + b'"}'),
])  # fmt: skip
def test_too_large_is_413_also_when_unpacked(send, body):
    assert send(body=body)[0] == 413


def test_four_megabytes_are_accepted(send, ingest):
    big = track(1, properties={"note": "x" * (inbox.LARGEST_BODY - 500)})
    assert send("/v1/track", big)[0] == 200
    ingest()
    assert Event.objects.count() == 1


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("squeeze", [bytes, gzip.compress])
def test_the_content_type_says_nothing(send, ingest, kind, squeeze):
    body = squeeze(json.dumps({"batch": [track(1)]}).encode())
    assert send(body=body, content_type=kind)[0] == 200
    ingest()
    assert Event.objects.count() == 1


def test_the_body_is_kept_as_it_came(send):
    body = json.dumps({"batch": [track(n) for n in range(50)]}).encode()
    for sent in (body, gzip.compress(body)):
        send(body=sent)
    last = inbox.store().last_seq()
    assert [request.body for request in inbox.store().read([last - 1, last])] == [body, body]


def test_a_key_that_sends_too_much_is_told_when_to_come_back(send, source, monkeypatch):
    source.settings = {"events_per_second": 1}
    source.save()
    actions.keys.forget()
    assert send(body={"batch": [track(n) for n in range(12)]})[0] == 200
    assert send(body={"batch": [track(12)]})[0] == 429
    assert 1 <= int(send.headers["Retry-After"]) <= 4 and "X-RateLimit-Reset" in send.headers
    assert rate.wait_for(source.id, 1, 1) > 0


def test_what_could_not_be_stored_is_503_and_never_success(send, monkeypatch):
    def full(rows):
        raise OSError("no space left on device")

    monkeypatch.setattr(inbox.store(), "write", full)
    status, answer = send(body={"batch": [track(1)]})
    assert (status, answer["code"]) == (503, "not_stored")
    assert send.headers["Retry-After"]


def test_a_browser_may_send_from_anywhere(send):
    status, _ = send(method="OPTIONS", key=None, access_control_request_headers="authorization,content-type")
    assert status == 204
    assert send.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert send.headers["Access-Control-Allow-Origin"] == "*"


def test_the_browser_client_gets_its_settings(send, source):
    status, answer = send(f"/v1/projects/{source.key}/settings", method="GET", key=None, host="shop.example.com")
    assert status == 200
    assert answer["integrations"]["Segment.io"]["apiKey"] == source.key
    assert answer["integrations"]["Segment.io"]["apiHost"] == "shop.example.com/v1"
    assert send("/v1/projects/wrong/settings", method="GET", key=None)[0] == 401


def test_a_pixel_is_a_picture_whatever_happens_and_an_event_if_it_can(send, source, ingest):
    data = base64.b64encode(json.dumps(track(1) | {"writeKey": source.key}).encode()).decode()
    flat = f"writeKey={source.key}&userId=bob&event=Mail+Opened&properties.total=5"
    for query in (f"data={data}", flat, "data=%%%", "writeKey=wrong", ""):
        status, picture = send("/v1/pixel/track", method="GET", query=query, key=None)
        assert status == 200 and picture.startswith(b"GIF89a")
    ingest()
    assert sorted(Event.objects.values_list("name", flat=True)) == ["Mail Opened", "Order Completed"]


@pytest.mark.parametrize(("path", "method", "status"), [
    ("/v1/nothing", "POST", 404), ("/v1/batch", "GET", 405), ("/v1/batch", "PUT", 405), ("/v1/", "GET", 404),
])  # fmt: skip
def test_other_addresses_and_methods_are_errors_in_the_same_shape(send, path, method, status):
    got, answer = send(path, method=method)
    assert got == status and set(answer) == {"code", "message"}


def test_other_pages_are_not_ours():
    assert not edge.is_ours({"PATH_INFO": "/people/"})
    assert edge.is_ours({"PATH_INFO": "/v1/batch"})


def test_a_body_that_ends_early_is_refused_and_not_stored(source):
    sent = b'{"batch": []}'
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/v1/batch", "CONTENT_LENGTH": str(len(sent) + 1),
               "HTTP_X_WRITE_KEY": source.key, "wsgi.input": io.BytesIO(sent)}  # fmt: skip
    status = []
    list(edge.application(environ, lambda line, _: status.append(line)))
    assert status == ["400 Bad Request"]
