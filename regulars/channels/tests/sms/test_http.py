"""HTTP gateways and Twilio: what is asked, what an answer means, and whose calls are believed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.providers import Forged, From, Incoming, Parcel, Way, http_sms, twilio

pytestmark = pytest.mark.anydb
NOW = 1_790_000_000_000_000


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.path, dict(self.headers), body))
        status, said = self.server.answers.pop(0) if self.server.answers else (200, b"OK id=77")
        if status is None:
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with HTTPServer(("127.0.0.1", 0), Gateway) as made:
        made.asked, made.answers = [], []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        made.base = f"http://127.0.0.1:{made.server_port}"
        yield made
        made.shutdown()


def parcel(text="10 % off & more: {to} ⚽", number=1):
    return Parcel(number, f"k{number}", "+447700900123", From("Northgate", "Northgate"), text=text)


def gateway(server, **settings):
    return http_sms.open(
        Way(3, "http_sms", {"url": server.base + "/send", **settings}, {"authorization": "Bearer s"})
    )


def test_a_form_is_filled_in_and_the_number_of_the_answer_kept(server):
    out = gateway(server, body="to={to}&m={text}&ref={id}", reference=r"id=(\d+)").carry([parcel()], at=NOW)[0]
    assert (out.state, out.external_id) == ("handed_off", "77")
    _path, headers, body = server.asked[0]
    assert parse_qs(body.decode()) == {"to": ["+447700900123"], "m": ["10 % off & more: {to} ⚽"], "ref": ["1"]}
    assert headers["Authorization"] == "Bearer s"


@given(st.text(max_size=60))
def test_a_text_can_never_break_out_of_the_place_it_stands_in(text):
    values = {"to": "+44", "from": "x", "text": text, "id": "1", "report": "r"}
    safe = text.encode("utf-8", "replace").decode()
    values["text"] = safe
    said = json.loads(http_sms.fill('{"to": {to}, "text": {text}}', values, json.dumps))
    assert said == {"to": "+44", "text": safe}
    url = http_sms.fill("https://x.example/?a={text}&b=1", values, http_sms._in_address)
    assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {"a": [safe], "b": ["1"]}


@pytest.mark.parametrize(
    ("status", "body", "state", "blame"),
    [(200, b"REJECTED", "failed", ""), (400, b"bad number", "failed", ""), (500, b"", "retry", "server"),
     (429, b"slow down", "retry", "server"), (401, b"who?", "retry", "server"), (None, b"", "unknown", "server")],
)  # fmt: skip
def test_what_a_gateway_answers_becomes_a_clear_outcome(server, status, body, state, blame):
    server.answers = [(status, body)]
    out = gateway(server, body="{text}", accepted="^OK").carry([parcel()], at=NOW)[0]
    assert (out.state, out.blame) == (state, blame)


def incoming(params=None, body=b"", headers=None, url="http://x/hooks/3/abc"):
    return Incoming(body, headers or {}, params or {}, url)


def test_reports_and_replies_of_a_gateway_are_read_by_its_own_names():
    way = Way(3, "http_sms", {"report_id": "ref", "report_status": "dlr", "reply_from": "msisdn"}, {})
    delivered = http_sms.webhook(incoming({"message": "12", "ref": "77", "dlr": "DELIVRD"}), way, at=NOW)[0]
    assert (delivered.kind, delivered.message_id, delivered.external_id) == ("delivered", 12, "77")
    assert http_sms.webhook(incoming({"ref": "77", "dlr": "undeliv"}), way, at=NOW)[0].kind == "bounced"
    assert http_sms.webhook(incoming({"ref": "77", "dlr": "buffered"}), way, at=NOW) == []
    stop = http_sms.webhook(incoming({"msisdn": "+4477", "text": "STOP", "ref": "9"}), way, at=NOW)[0]
    assert (stop.kind, stop.address, stop.occasion) == ("stop", "+4477", "sms3:in:9")


@pytest.fixture
def account(server):
    return Way(4, "twilio", {"account": "AC1", "api": server.base}, {"token": "secret"})


def test_twilio_is_asked_with_the_account_and_a_place_for_reports(server, account):
    server.answers = [(201, b'{"sid": "SM9", "status": "queued"}')]
    out = twilio.open(account).carry([parcel("Hi")], at=NOW)[0]
    assert (out.state, out.external_id) == ("handed_off", "SM9")
    path, headers, body = server.asked[0]
    said = parse_qs(body.decode())
    assert path == "/Accounts/AC1/Messages.json" and headers["Authorization"].startswith("Basic ")
    assert said["To"] == ["+447700900123"] and said["Body"] == ["Hi"] and "message=1" in said["StatusCallback"][0]


@pytest.mark.parametrize(
    ("status", "code", "state", "hard", "blame"),
    [(400, 21211, "failed", True, "address"), (400, 21610, "failed", True, ""),
     (400, 21606, "retry", False, "server"), (401, 20003, "retry", False, "server"),
     (429, 20429, "retry", False, ""), (503, 0, "retry", False, "server"),
     (504, 0, "unknown", False, "server"), (400, 21617, "failed", False, "")],
)  # fmt: skip
def test_what_twilio_answers_becomes_a_clear_outcome(status, code, state, hard, blame):
    out = twilio.outcome(1, status, {"code": code, "message": "why"}, {})
    assert (out.state, out.hard, out.blame) == (state, hard, blame)


def signed(account, posted, url="http://localhost:8000/hooks/4/abc?message=12"):
    from django.conf import settings

    said = twilio.signature(account.secrets["token"], settings.PUBLIC_URL + url[url.index("/", 8) :], posted)
    return incoming({"message": "12", **posted}, urlencode(posted).encode(), {"x-twilio-signature": said}, url)


def test_twilio_is_believed_only_with_its_signature(account):
    posted = {"MessageSid": "SM9", "MessageStatus": "delivered"}
    found = twilio.webhook(signed(account, posted), account, at=NOW)[0]
    assert (found.kind, found.message_id, found.external_id) == ("delivered", 12, "SM9")
    forged = incoming({"message": "12", **posted}, urlencode(posted).encode(), {"x-twilio-signature": "AAAA"})
    with pytest.raises(Forged):
        twilio.webhook(forged, account, at=NOW)


def test_a_reply_by_twilio_is_told_from_stop(account):
    posted = {"MessageSid": "SM1", "From": "+4477", "Body": "Stop"}
    assert twilio.webhook(signed(account, posted), account, at=NOW)[0].kind == "stop"
    posted = {"MessageSid": "SM2", "From": "+4477", "Body": "What time do you open?"}
    assert twilio.webhook(signed(account, posted), account, at=NOW)[0].kind == "replied"


def test_the_signature_is_the_one_of_twilios_own_example():
    # twilio.com/docs/usage/security: token 12345, this URL, these parameters
    posted = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030",
              "To": "+18005551212"}  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio.signature("12345", url, posted) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
