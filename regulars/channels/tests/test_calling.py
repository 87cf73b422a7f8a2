"""Other programs are told by signed requests, tried again, and again by hand."""

import base64
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from regulars.channels.actions import add_hook, call_hook, make_calls, pause_hook, replay_calls, resume_hook
from regulars.channels.actions.calling import AGAIN, LEASE, signed
from regulars.channels.actions.errors import CannotSend
from regulars.channels.models import Call
from regulars.channels.reactions import tell_hooks
from regulars.core.clock import SECOND
from regulars.events.consumers import Entry

pytestmark = pytest.mark.django_db


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with HTTPServer(("127.0.0.1", 0), Receiver) as made:
        made.asked, made.answers = [], []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{made.server_port}/hook"
        yield made
        made.shutdown()


def event(number=1, name="Email Opened", at=0):
    return Entry(number, 0, 5, 1, "messages", name, at, {"campaign": "Cup"})


def test_what_happened_is_told_once_signed_and_only_to_who_wants_it(server, at):
    hook, secret = add_hook(url=server.url, kinds=["Email Opened"], by="user:1", at=at)
    for _replay in range(2):
        tell_hooks([event(1), event(2, "Email Bounced")], at)
    assert make_calls(at=at) == 1 and make_calls(at=at) == 0
    headers, body = server.asked[0]
    told = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    mark = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), told, "sha256")
    assert headers["webhook-signature"] == "v1," + base64.b64encode(mark).decode()
    assert json.loads(body)["type"] == "Email Opened" and json.loads(body)["data"] == {"campaign": "Cup"}
    assert secret not in hook.secret


def test_the_signature_is_the_one_of_the_specifications_example():
    # github.com/standard-webhooks/standard-webhooks, the test vector of its libraries
    secret, key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = signed(key, secret, b'{"test": 2432232314}', 1614265330 * SECOND)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_failing_receiver_is_asked_later_and_later_and_then_no_more(server, at):
    server.answers = [500] * 20
    call_hook(key="j:1:s", url=server.url, body={"x": 1}, at=at)
    waits = []
    while (due := Call.objects.get().due_us) is not None:
        waits.append(due - at)
        at = due
        make_calls(at=at)
    assert tuple(waits[1:]) == AGAIN and len(server.asked) == len(AGAIN) + 1
    assert Call.objects.get().status == 500 and Call.objects.get().done_us is None


def test_gone_means_never_again(server, at):
    server.answers = [410]
    call_hook(key="j:1:s", url=server.url, body={}, at=at)
    make_calls(at=at)
    assert Call.objects.get().due_us is None


def test_a_call_is_made_again_by_hand_with_the_same_id(server, at):
    call_hook(key="j:1:s", url=server.url, body={}, at=at)
    make_calls(at=at)
    replay_calls(call_ids=[Call.objects.get().id], by="user:1", at=at)
    make_calls(at=at)
    assert [headers["webhook-id"] for headers, _ in server.asked] == ["j:1:s", "j:1:s"]


def test_the_same_key_is_called_once(server, at):
    for _again in range(2):
        call_hook(key="j:1:s", url=server.url, body={}, at=at)
    assert make_calls(at=at) == 1


def test_a_paused_hook_is_told_afterwards(server, at):
    hook, _ = add_hook(url=server.url, kinds=[], by="user:1", at=at)
    pause_hook(hook_id=hook.id, why="moving", by="user:1", at=at)
    tell_hooks([event()], at)
    assert make_calls(at=at) == 0
    resume_hook(hook_id=hook.id, by="user:1", at=at)
    assert make_calls(at=at) == 1


def test_a_caller_that_died_gives_the_call_back(server, at):
    call_hook(key="j:1:s", url=server.url, body={}, at=at)
    Call.objects.update(due_us=at + LEASE)  # claimed, and then killed
    assert make_calls(at=at) == 0
    assert make_calls(at=at + LEASE) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost/x", "http://169.254.169.254/latest"])
def test_nothing_inside_our_own_network_is_ever_called(url, at, monkeypatch):
    monkeypatch.delenv("REGULARS_PRIVATE_OUTSIDE", raising=False)
    call_hook(key="j:1:s", url=url, body={}, at=at)
    make_calls(at=at)
    assert Call.objects.get().status is None and "private" in Call.objects.get().answer


def test_an_address_that_is_none_is_refused_with_a_sentence(at):
    with pytest.raises(CannotSend, match="https://"):
        add_hook(url="ftp://x.example", kinds=[], by="user:1", at=at)
