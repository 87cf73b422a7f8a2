"""Signing in with tokens: against a token service and mail servers of the test's own."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.db import connection

from regulars.channels import actions, oauth
from regulars.channels.actions.forgetting import forget_mail_tokens
from regulars.channels.models import MailToken
from regulars.channels.oauth import Grant, NoToken, access_token, forget
from regulars.channels.providers import From, Parcel, Way
from regulars.channels.providers.smtp import open, probe
from regulars.channels.tests.mailbox.imap_server import Post, Talk, imap_server
from regulars.channels.tests.smtp.sink import free_port
from regulars.core.crypto import decrypt, encrypt

AT = 1_790_000_000_000_000


class Tokens(BaseHTTPRequestHandler):
    """Gives token-1, token-2, ... for the right refresh token. `rotates`: with it a new refresh token, and refuses
    the old one; `grace`: only when the new one was used."""

    def do_POST(self):
        said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append({name: values[0] for name, values in said.items()})
        refresh, number = said.get("refresh_token", [""])[0], len(self.server.asked)
        good = refresh in (self.server.good, self.server.grace and self.server.before)
        answer = {"access_token": f"token-{number}", "expires_in": self.server.life} if good else {
            "error": "invalid_grant", "error_description": "Token has been revoked."}  # fmt: skip
        if good and self.server.rotates:
            self.server.before, self.server.good = refresh, f"next-{number}"
            answer["refresh_token"] = self.server.good
        body = json.dumps(answer).encode()
        self.send_response(200 if good else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Silent."""


@pytest.fixture
def service(monkeypatch):
    """A token service; `.url`, `.asked`, `.life` of its tokens in seconds."""
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    forget_process()
    with ThreadingHTTPServer(("127.0.0.1", 0), Tokens) as server:
        server.asked, server.life, server.good, server.before = [], 3600, "keep-me", "keep-me"
        server.rotates = server.grace = False
        server.url = f"http://127.0.0.1:{server.server_address[1]}/token"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
    forget_process()


def forget_process():
    """As if another process went on."""
    oauth._known.clear()
    oauth._refused.clear()


def grant(service, refresh: str = "keep-me") -> Grant:
    return Grant(service.url, "us", "s3cret", refresh, "mail")


@pytest.mark.django_db
def test_a_token_is_asked_for_once_and_again_when_it_ends_or_is_refused(service):
    assert access_token(grant(service)) == access_token(grant(service)) == "token-1"
    assert service.asked == [
        {"grant_type": "refresh_token", "refresh_token": "keep-me", "client_id": "us", "client_secret": "s3cret",
         "scope": "mail"}
    ]  # fmt: skip
    forget(grant(service))
    assert access_token(grant(service)) == "token-2"
    service.life = 60  # shorter than the time it is renewed before its end
    forget(grant(service))
    assert [access_token(grant(service)) for _ in range(2)] == ["token-3", "token-4"]


@pytest.mark.django_db
def test_a_refresh_token_that_rotates_is_kept_encrypted_and_outlives_the_process(service):
    service.rotates = True
    for _ in range(4):
        access_token(grant(service))
        forget(grant(service))
    forget_process()
    forget_all_that_is_good()
    assert access_token(grant(service)) == "token-5"
    assert [one["refresh_token"] for one in service.asked] == ["keep-me", "next-1", "next-2", "next-3", "next-4"]
    kept = MailToken.objects.get()
    assert not any(word in kept.token + kept.mark for word in ("next-", "token-", "keep-me"))


def forget_all_that_is_good():
    """Time passes: what was stored has ended."""
    for row in MailToken.objects.all():
        row.token = encrypt(json.dumps({**json.loads(decrypt(row.token)), "until": 0}))
        row.save()


@pytest.mark.django_db
def test_another_process_takes_what_one_has_renewed(service):
    service.rotates = True
    access_token(grant(service))
    forget_process()
    assert access_token(grant(service)) == "token-1" and len(service.asked) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["mail_token.given", "mail_token.kept"])
def test_who_dies_while_renewing_loses_no_account(service, monkeypatch, moment):
    service.rotates = service.grace = True  # services take the old one until the new one was used
    access_token(grant(service))
    forget(grant(service))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(oauth, "failpoint", lambda name: dies() if name == moment else None)
        access_token(grant(service))
    forget_process()
    forget_all_that_is_good()
    assert access_token(grant(service)).startswith("token-")


def dies():
    raise KeyboardInterrupt


@pytest.mark.django_db(transaction=True)
def test_many_at_once_ask_once_and_nobody_uses_up_the_token_of_another(service, settings, tmp_path):
    settings.REGULARS_HOME, service.rotates = tmp_path, True
    found, start = [], threading.Barrier(8)

    def work():
        start.wait()
        try:
            found.append(access_token(grant(service)))
        finally:
            connection.close()

    crew = [threading.Thread(target=work) for _ in range(8)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert found == ["token-1"] * 8 and len(service.asked) == 1


@pytest.mark.django_db
def test_tokens_of_what_was_let_go_are_forgotten(service):
    access_token(grant(service))
    row = MailToken.objects.get()
    forget_mail_tokens(before=row.at_us)
    assert MailToken.objects.exists()
    assert forget_mail_tokens(before=row.at_us + 1) == 1


@pytest.mark.django_db
def test_what_is_wrong_is_said_in_a_sentence_and_secrets_are_not(service):
    with pytest.raises(NoToken, match=r"invalid_grant Token has been revoked\."):
        access_token(grant(service, "revoked"))
    with pytest.raises(NoToken, match="No token from"):
        access_token(Grant("http://127.0.0.1:9/token", "us"))
    assert "keep-me" not in repr(grant(service)) and "s3cret" not in repr(grant(service))


class Box:
    """An SMTP server's handler that takes one token."""

    def __init__(self) -> None:
        self.got, self.users, self.good = [], [], "token-1"

    async def auth_XOAUTH2(self, server, args):
        said = b64decode(args[1]).decode().split("\1")
        self.users.append(said[0])
        if said[1] != f"auth=Bearer {self.good}":
            await server.challenge_auth(b'{"status":"401"}', encode_to_b64=True)
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True)

    async def handle_DATA(self, server, session, envelope):
        self.got.append(envelope)
        return "250 2.0.0 kept"


@pytest.fixture
def smtp():
    controller = Controller(Box(), hostname="127.0.0.1", port=free_port(), auth_require_tls=False, auth_required=True)
    controller.start()
    yield controller
    controller.stop()


def way(smtp, service) -> Way:
    settings = {"host": "127.0.0.1", "port": smtp.port, "tls": "none", "username": "shop@example.com", "timeout": 5,
                "connections": 1, "token_url": service.url, "client_id": "us"}  # fmt: skip
    return Way(1, "smtp", settings, {"refresh_token": "keep-me", "client_secret": "s3cret"})


def parcel(number: int) -> Parcel:
    return Parcel(number, str(number), "ann@example.com", From("Shop", "shop@example.com"), subject="Hi", text="Hi\n")


@pytest.mark.django_db
def test_mail_goes_out_with_a_token_and_a_refused_one_is_renewed(smtp, service):
    carrier = open(way(smtp, service))
    assert carrier.carry([parcel(1)], at=AT)[0].state == "handed_off"
    assert smtp.handler.users == ["user=shop@example.com"]
    carrier.close()
    smtp.handler.good = "token-2"  # the service took the first one back
    (outcome,) = carrier.carry([parcel(2)], at=AT)
    assert (outcome.state, outcome.blame) == ("retry", "server") and "does not accept the token" in outcome.reply
    assert carrier.carry([parcel(2)], at=AT)[0].state == "handed_off" and len(smtp.handler.got) == 2
    carrier.close()


@pytest.mark.django_db
def test_the_check_of_a_server_says_what_is_wrong_with_its_token(smtp, service):
    assert probe(way(smtp, service)).good
    asked = way(smtp, service)
    lost = probe(Way(1, "smtp", asked.settings, {"refresh_token": "revoked"}))
    assert not lost.good and "invalid_grant" in lost.sentence
    bare = probe(Way(1, "smtp", {**asked.settings, "client_id": ""}, asked.secrets))
    assert "OAuth needs" in bare.sentence


def test_a_mailbox_is_read_with_a_token(db, business, at, service, monkeypatch):
    seen = []
    answer = Talk.answer

    def with_tokens(self, tag, command):
        if not command.upper().startswith("AUTHENTICATE XOAUTH2"):
            return answer(self, tag, command)
        self.say("+ ")
        seen.append(b64decode(self.rfile.readline()).decode())
        self.say(f"{tag} OK done")
        return True

    monkeypatch.setattr(Talk, "answer", with_tokens)
    with imap_server(Post()) as port:
        box = actions.save_mailbox(
            name="B", purpose="bounces", host="127.0.0.1", port=port, tls="none", username="b@example.com",
            password="keep-me", token_url=service.url, client_id="us", client_secret="s3cret", by="user:1", at=at,
        )  # fmt: skip
        actions.read_mailboxes(at=at)
    box.refresh_from_db()
    assert (box.trouble, seen) == ("", ["user=b@example.com\1auth=Bearer token-1\1\1"])
    assert "s3cret" not in json.dumps(box.oauth) and "keep-me" not in box.password
