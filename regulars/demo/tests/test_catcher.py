"""The catcher keeps what real SMTP and a real HTTP request bring, and shows it without letting it do anything."""

from __future__ import annotations

import smtplib
import threading
import urllib.request
from email.message import EmailMessage

import pytest

from regulars.channels.models import Feedback, Suppression
from regulars.demo.catcher import listening
from regulars.demo.catcher.reading import framed, read
from regulars.demo.catcher.store import Caught, Store


@pytest.fixture
def box(tmp_path):
    return Store(tmp_path / "caught" / "caught.sqlite", most=200)


@pytest.fixture
def doors(box):
    found = listening.open_doors()
    threading.Thread(target=listening.serve, args=(found, box), daemon=True).start()
    return found


def mail(to="anna@example.com", subject="Grüße") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Northgate <hello@northgate.example>", to, subject
    made.set_content("Plain words ✓")
    made.add_alternative("<html><head><title>x</title></head><body><p>Rich words</p></body></html>", subtype="html")
    return made


def test_a_mail_is_kept_as_it_came_and_can_be_read(box, doors):
    with smtplib.SMTP("127.0.0.1", doors.ports[0], timeout=60) as line:
        line.send_message(mail())
    (found,) = box.newest()
    assert (found.kind, found.recipient, found.subject) == ("email", "anna@example.com", "Grüße")
    said = read(box.one(found.id))
    assert "Plain words ✓" in said.text and "Rich words" in said.html and ("Subject", "Grüße") in said.headers


def test_nobody_bounces(box, doors):
    with (
        smtplib.SMTP("127.0.0.1", doors.ports[0], timeout=60) as line,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
    ):
        line.send_message(mail(to="nobody@example.com"))
    assert refused.value.recipients["nobody@example.com"][0] == 550 and box.count() == 0


def test_an_sms_is_kept(box, doors):
    body = '{"to": "+447700900123", "from": "Northgate", "text": "See you ✓"}'.encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{doors.ports[1]}/send", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.status == 200
    (found,) = box.newest(query="see you")
    assert found.kind == "sms" and read(box.one(found.id)).text == "See you ✓"


def test_only_the_newest_are_kept(box):
    for n in range(10):
        box.keep([(n, "sms", "a", f"{n}-{m}", "x", b"{}") for m in range(50)])
    assert box.count() == 200 and box.newest(limit=1)[0].recipient == "9-49" and box.newest(before=301) == []


def test_a_port_that_is_taken_is_not_insisted_on():
    first = listening.open_doors()
    second = listening.open_doors(*first.ports)
    assert not set(first.ports) & set(second.ports)


def test_links_open_in_a_tab_of_their_own():
    assert framed("<html><head><title>x</title></head></html>").count('<base target="_blank">') == 1
    assert framed("<p>x</p>").startswith('<base target="_blank">')


def test_links_of_a_demo_on_another_port_lead_here(settings):
    settings.PUBLIC_URL = "http://localhost:8123"
    made = mail()
    made.get_body(("html",)).set_content('<a href="http://localhost:8000/v/x">x</a>', subtype="html")
    said = read(Caught(1, 1, "email", "", "", "", made.as_bytes()))
    assert 'href="http://localhost:8123/v/x"' in said.html


@pytest.fixture
def pages(settings, client, business, at):
    """The demo's pages, which the house itself does not have."""
    from pathlib import Path

    from regulars.team.actions import add_member

    settings.ROOT_URLCONF = "regulars.demo.urls"
    folder = Path(listening.__file__).parents[1] / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]
    client.force_login(add_member(email="x@example.com", role="owner", by="system", at=at))
    return client


def test_the_pages_show_what_was_caught_and_keep_scripts_out(pages, monkeypatch, box, settings):
    monkeypatch.setattr("regulars.demo.catcher.pages.store", lambda: box)
    assert "Nothing was caught yet" in pages.get("/caught").content.decode()
    box.keep([(1, "email", "Northgate", "anna@example.com", "Hello", mail().as_bytes())])
    assert "anna@example.com" in pages.get("/caught?q=ANNA").content.decode()
    assert "No message has this" in pages.get("/caught?q=ben").content.decode()
    shown = pages.get("/caught/1")
    assert (
        'src="/caught/1/frame"' in shown.content.decode() and "frame-src 'self'" in shown["Content-Security-Policy"]
    )
    frame = pages.get("/caught/1/frame")
    policy = frame["Content-Security-Policy"]
    assert (
        "Rich words" in frame.content.decode() and "sandbox allow-popups" in policy and "script-src 'none'" in policy
    )
    assert "default-src 'none'" in policy and frame["X-Frame-Options"] == "SAMEORIGIN"
    assert pages.get("/caught/2").status_code == 404


def test_an_sms_can_be_answered(pages, monkeypatch, box):
    monkeypatch.setattr("regulars.demo.catcher.pages.store", lambda: box)
    box.keep([(1, "sms", "Northgate", "+447700900123", "Back in stock", b'{"text": "Back in stock"}')])
    assert 'action="/caught/1/answer"' in pages.get("/caught/1").content.decode()
    assert pages.get("/caught/1/answer").status_code == 405
    pages.post("/caught/1/answer", {"text": "STOP"})
    assert Suppression.objects.filter(channel="sms", reason="stop", lifted_us=None).exists()
    assert Feedback.objects.get().kind == "stop"


def test_links_of_letters_lead_to_a_page_that_says_what_it_is(pages):
    pages.logout()
    shown = pages.get("/shop/soccer/boots").content.decode()
    assert "Here would be the web shop" in shown and "“/soccer/boots”" in shown


def test_who_is_not_signed_in_sees_no_mail(settings, client, business):
    settings.ROOT_URLCONF = "regulars.demo.urls"
    assert {client.get(path).status_code for path in ("/caught", "/caught/1", "/caught/1/frame")} == {302}
