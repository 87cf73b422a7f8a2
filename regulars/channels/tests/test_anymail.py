"""Mail services: what an answer means, and that reports are believed only when the service sent them."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from regulars.channels.providers import Forged, From, Incoming, Parcel, Way
from regulars.channels.providers.anymail import FIELDS, open, webhook
from regulars.channels.providers.anymail.catalogue import SERVICES, backend_of

pytestmark = pytest.mark.anydb
AT = 1_790_000_000_000_000
SHOP = From("Käse & Co", "hello@northgate.example", "help@northgate.example")


@contextmanager
def service(answer):
    """A mail service: its port, what it was asked. `answer(request) -> (status, JSON)`; None: it hangs."""
    asked, over = [], threading.Event()

    class Talk(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            said = answer(asked[-1])
            if said is None:
                over.wait(5)
                return
            body = json.dumps(said[1]).encode()
            self.send_response(said[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1], asked
        finally:
            over.set()
            server.shutdown()


def postmark(port: int, **settings) -> Way:
    given = {"service": "postmark", "api_url": f"http://127.0.0.1:{port}/", "requests": 3, **settings}
    return Way(5, "anymail", given, {"key": "token"})


def parcels(count: int) -> list[Parcel]:
    bulk = {"unsubscribe_url": "https://shop.example/u/x", "html": "<p>Grüße</p>", "text": "Grüße"}
    return [Parcel(n, str(n), f"p{n}@example.com", SHOP, f"Hello {n}", **bulk) for n in range(1, count + 1)]


def taken(request: dict) -> tuple[int, dict]:
    return 200, {"To": request["To"], "MessageID": "id-" + request["To"], "ErrorCode": 0, "Message": "OK"}


def test_messages_are_handed_over_with_our_number_and_one_click_unsubscription():
    with service(taken) as (port, asked):
        carrier = open(postmark(port))
        outcomes = carrier.carry(parcels(20), at=AT)
        carrier.close()
    assert [(o.message_id, o.state, o.external_id) for o in outcomes] == [
        (n, "handed_off", f"id-p{n}@example.com") for n in range(1, 21)
    ]
    first = next(one for one in asked if one["Subject"] == "Hello 1")
    assert first["Metadata"] == {"regulars": "1"} and first["HtmlBody"] == "<p>Grüße</p>"
    headers = {one["Name"]: one["Value"] for one in first["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and first["ReplyTo"] == SHOP.reply_to


@pytest.mark.parametrize(
    "said, state, blame",
    [
        ((401, {"ErrorCode": 10, "Message": "Bad or missing Server API token."}), "retry", "server"),
        ((422, {"ErrorCode": 300, "Message": "Invalid 'From' address"}), "failed", "message"),
        ((429, {"ErrorCode": 429, "Message": "Rate limit exceeded"}), "retry", ""),
        ((500, {"ErrorCode": 100, "Message": "Maintenance"}), "retry", "server"),
        ((502, {}), "unknown", "server"),
        ((200, {"unexpected": True}), "unknown", "server"),
    ],
)
def test_every_answer_has_a_clear_outcome(said, state, blame):
    with service(lambda request: said) as (port, _):
        (outcome,) = open(postmark(port)).carry(parcels(1), at=AT)
    assert (outcome.state, outcome.blame) == (state, blame)


def test_a_service_that_hangs_leaves_an_unknown_and_one_that_is_not_there_costs_nothing(settings):
    settings.ANYMAIL = {"REQUESTS_TIMEOUT": 0.3}
    with service(lambda request: None) as (port, _):
        (outcome,) = open(postmark(port)).carry(parcels(1), at=AT)
    assert outcome.state == "unknown"
    (outcome,) = open(postmark(port)).carry(parcels(1), at=AT)
    assert (outcome.state, outcome.blame) == ("retry", "server")


def test_a_bad_address_a_bad_sender_and_missing_keys_are_told_apart():
    with service(taken) as (port, asked):
        carrier = open(postmark(port))
        bad = Parcel(1, "1", "not an address", SHOP, text="x")
        wrong = Parcel(2, "2", "p@example.com", From("X", "no sender"), text="x")
        first, second = carrier.carry([bad, wrong], at=AT)
        (third,) = open(Way(5, "anymail", {"service": "postmark"}, {})).carry(parcels(1), at=AT)
    assert (first.state, first.hard, second.state, second.blame) == ("failed", True, "retry", "server")
    assert third.state == "retry" and "API key" in third.reply and asked == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_one_that_anymail_knows_by_these_settings(name):
    secrets, settings = (
        {"key": "k", "second": "s"},
        {"service": name, "domain": "d", "api_url": "https://api.example/"},
    )
    assert backend_of(Way(1, "anymail", settings, secrets)).esp_name
    assert name in dict(next(field for field in FIELDS if field.name == "service").choices)


def incoming(body: bytes, content_type: str = "application/json", **headers: str) -> Incoming:
    return Incoming(body, {"content-type": content_type, **headers}, {}, "https://shop.example/hooks/5/secret")


def mailgun(event: dict, key: str = "signing") -> Incoming:
    """A report as Mailgun's documentation has it."""
    stamp, token = "1790000000", "t" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    said = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": event}
    return incoming(json.dumps(said).encode())


MAILGUN = Way(5, "anymail", {"service": "mailgun", "domain": "d.example"}, {"key": "api", "signing": "signing"})


def failure(
    severity: str = "permanent", code: int = 550, message: str = "5.1.1 no such user", reason: str = "bounce"
) -> dict:
    return {
        "event": "failed",
        "severity": severity,
        "reason": reason,
        "id": "ev1",
        "timestamp": 1789999999.5,
        "recipient": "Anna@example.com",
        "delivery-status": {"code": code, "message": message},
        "message": {"headers": {"message-id": "m1@d.example"}},
        "user-variables": {"regulars": "42"},
    }


def test_a_dead_address_is_reported_as_a_hard_bounce_of_our_message():
    (news,) = webhook(mailgun(failure()), MAILGUN, at=AT)
    assert (news.kind, news.message_id, news.hard, news.address) == ("bounced", 42, True, "anna@example.com")
    assert news.at <= AT


def test_a_full_mailbox_or_a_block_is_no_hard_bounce():
    for message in ("5.2.2 mailbox full", "5.7.1 blocked by spamhaus", "4.2.1 try later"):
        (news,) = webhook(mailgun(failure(message=message)), MAILGUN, at=AT)
        assert (news.kind, news.hard) == ("bounced", False)
    (news,) = webhook(mailgun(failure("temporary", 450, "4.2.1 later")), MAILGUN, at=AT)
    assert news.kind == "deferred"


def test_a_report_signed_with_another_key_is_forged():
    with pytest.raises(Forged):
        webhook(mailgun(failure(), key="guessed"), MAILGUN, at=AT)


def test_the_same_report_twice_is_one_occasion():
    first, second = (webhook(mailgun(failure()), MAILGUN, at=AT)[0].occasion for _ in range(2))
    other = {**failure(), "timestamp": 1789999998.5}
    assert first == second != webhook(mailgun(other), MAILGUN, at=AT)[0].occasion


def test_complaints_and_deliveries_are_told_and_their_opens_are_not():
    way = Way(5, "anymail", {"service": "postmark"}, {"key": "k"})
    spam = {
        "RecordType": "SpamComplaint",
        "ID": 7,
        "MessageID": "id-1",
        "Email": "a@b.example",
        "BouncedAt": "2026-09-21T14:00:00Z",
        "Type": "SpamComplaint",
        "Metadata": {"regulars": "9"},
    }
    there = {
        "RecordType": "Delivery",
        "MessageID": "id-2",
        "Recipient": "a@b.example",
        "DeliveredAt": "2026-09-21T14:00:00Z",
        "Details": "250 ok",
        "Metadata": {"regulars": "10"},
    }
    opened = {
        "RecordType": "Open",
        "MessageID": "id-2",
        "Recipient": "a@b.example",
        "ReceivedAt": "2026-09-21T14:00:00Z",
    }
    kinds = [
        [news.kind for news in webhook(incoming(json.dumps(one).encode()), way, at=AT)]
        for one in (spam, there, opened)
    ]
    assert kinds == [["complained"], ["delivered"], []]


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"{}", b'{"RecordType": "Bounce"}', b'{"event-data": 5}'])
def test_what_is_no_report_is_refused_with_a_sentence(body):
    for way in (MAILGUN, Way(5, "anymail", {"service": "postmark"}, {"key": "k"})):
        try:
            assert webhook(incoming(body), way, at=AT) in (
                [],
                *[[news] for news in webhook(incoming(body), way, at=AT)],
            )
        except ValueError as problem:
            assert str(problem)
