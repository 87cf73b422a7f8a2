"""The team's mailbox: what mails say, and a real Dovecot that is read and answered from."""

from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.networks.shape import Expired, Login, Picture, Saying, Unreachable
from regulars.channels.providers import mailbox
from regulars.channels.providers.mailbox.reading import latest, seen
from regulars.channels.providers.mailbox.writing import letter, name_of, subject
from regulars.channels.tests.networks.dovecot import PASSWORD, SERVER, deliver, dovecot, mails
from regulars.events.tests.apart import free_port

BETWEEN = "a\n\nOn Mon, 21 Sep 2026, Shop wrote:\n> one?\nyes\n> two?\nno"
FILES = """
--b
Content-Type: text/html

<p>See <b>this</b></p><script>x()</script>
--b
Content-Type: image/png; name="../../a.png"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

QUJD
--b--
"""
OURS = {"help@shop.example"}
MAIL = """From: Anna Field <Anna@Example.org>
To: help@shop.example
Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=
Message-ID: <m1@example.org>
Date: Mon, 21 Sep 2026 10:00:00 +0200
{more}
{body}"""


def mail(body="Which size?", more="", **changed) -> bytes:
    text = MAIL.format(more=more, body="\n" + body if not more.endswith("\n") else body)
    for old, new in changed.items():
        text = text.replace(f"<{old}@example.org>", f"<{new}@example.org>")
    return text.encode()


def read(raw: bytes, at: int, **more):
    return seen(raw, ours=OURS, at=at, **more)


def test_a_mail_says_who_wrote_when_and_what_and_is_private(at):
    item = read(mail(), at)
    assert (item.external, item.thread, item.title, item.text) == (
        "m1@example.org",
        "m1@example.org",
        "Größe",
        "Which size?",
    )
    assert (item.who.external, item.who.name, item.public, item.to_us) == (
        "anna@example.org",
        "Anna Field",
        False,
        True,
    )
    assert item.at == 1_789_977_600_000_000 and item.facts["also_to"] == ["help@shop.example"]


def test_a_conversation_is_named_by_its_first_mail(at):
    item = read(mail(more="References: <a@x> <b@x>\nIn-Reply-To: <b@x>\n"), at)
    assert (item.thread, item.parent) == ("a@x", "b@x")
    assert read(mail(more="In-Reply-To: <b@x>\n"), at).thread == "b@x"


def test_what_colleagues_sent_themselves_is_ours(at):
    item = read(mail().replace(b"Anna Field <Anna@Example.org>", b"help@shop.example"), at)
    assert item.ours and not item.to_us


@pytest.mark.parametrize(
    ("more", "kind"),
    [("Auto-Submitted: auto-replied\n", "auto"), ("Precedence: bulk\n", "auto"), ("List-Id: <x.example>\n", "auto"),
     ("Content-Type: multipart/report; boundary=b\n", "bounce"), ("", None)],
)  # fmt: skip
def test_mail_that_no_person_wrote_is_marked(at, more, kind):
    assert read(mail(more=more), at).facts.get("automatic") == kind


def test_an_address_counts_as_proof_only_where_our_own_server_checked_it(at):
    good = "Authentication-Results: mx.shop.example; dkim=pass; dmarc=pass header.from=example.org\n"
    forged = good.replace("mx.shop", "mx.evil")
    assert read(mail(more=good), at, authserv="mx.shop.example").who.email == "anna@example.org"
    for more, name in ((good, ""), (forged, "mx.shop.example"), (forged + good, "mx.shop.example"),
                       (good.replace("pass", "fail"), "mx.shop.example"), ("", "mx.shop.example")):  # fmt: skip
        assert read(mail(more=more), at, authserv=name).who.email == ""


def test_a_form_that_writes_for_somebody_is_from_that_somebody(at):
    raw = mail(more="Reply-To: Bob <bob@example.org>\n").replace(b"Anna@Example.org", b"no-reply@forms.example")
    item = read(raw, at)
    assert (item.who.external, item.who.name, item.who.email) == ("bob@example.org", "Bob", "")


def test_files_are_listed_and_html_is_text(at):
    raw = mail(FILES, more='Content-Type: multipart/mixed; boundary="b"\n')
    item = read(raw, at)
    assert item.text == "See this"
    assert item.facts["files"] == [{"name": ".._.._a.png", "type": "image/png", "size": 3}]


@pytest.mark.parametrize(
    ("said", "left"),
    [("Yes.\n\nOn Mon, 21 Sep 2026 at 10:00, Shop <a@b> wrote:\n> Which?\n> Hm", "Yes."),
     ("Ja.\n\nAm 21.09.2026 um 10:00 schrieb Shop:\n> Welche?", "Ja."), ("> quoted only", "> quoted only"),
     ("On Monday he wrote:\nsomething\nelse", "On Monday he wrote:\nsomething\nelse"),
     (BETWEEN, BETWEEN),
     ("One\n> a\nTwo\n> b", "One\n> a\nTwo")],
)  # fmt: skip
def test_what_is_quoted_at_the_end_is_left_out_and_nothing_else(said, left):
    assert latest(said) == left


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"]),
)
def test_no_mail_however_broken_stops_the_reading(raw, head):
    one = seen(head.encode() + raw, ours=OURS, at=1_790_000_000_000_000)
    assert one is None or (len(one.text) <= 20_000 and one.external and not one.public)


def saying(at, **more):
    told = {"text": "Size 38.", "to": "anna@example.org", "reply_to": "m1@example.org", "thread": "m0@example.org",
            "title": "Größe", "private": True}  # fmt: skip
    return Saying("case:1:2", at=at, **(told | more))


def test_an_answer_stands_in_its_conversation_and_has_the_same_name_at_every_try(at):
    told = {"address": "help@shop.example", "name": "Northgate"}
    one, two = (message_from_bytes(letter(saying(at), told), policy=policy.default) for _ in range(2))
    assert one["Message-ID"] == two["Message-ID"] == f"<{name_of(saying(at), 'help@shop.example')}>"
    assert (one["Subject"], one["In-Reply-To"]) == ("Re: Größe", "<m1@example.org>")
    assert one["References"] == "<m0@example.org> <m1@example.org>" and one.get_content().strip() == "Size 38."
    assert subject("RE: x") == "RE: x" and subject("a\r\nBcc: b@c.example") == "Re: a Bcc: b@c.example"


def test_nothing_a_stranger_wrote_becomes_a_header(at):
    evil = saying(at, title="x\r\nBcc: all@shop.example", reply_to="a@b>\r\nBcc: c@d.example", to="anna@example.org")
    made = message_from_bytes(letter(evil, {"address": "help@shop.example"}), policy=policy.default)
    assert made["Bcc"] is None and made["In-Reply-To"] == "<m0@example.org>"


# against a real server


class Outbox:
    """An SMTP server that keeps what it is given, or drops the line after taking it."""

    def __init__(self) -> None:
        self.letters, self.refuse = [], ""

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.refuse or "250 taken"


@pytest.fixture
def outbox():
    box = Outbox()
    made = Controller(box, hostname="127.0.0.1", port=free_port())
    made.start()
    box.port = made.port
    yield box
    made.stop()


@pytest.fixture(scope="module")
def imap():
    if not SERVER:
        pytest.skip("dovecot is not installed")
    with dovecot() as port:
        yield port


def line(imap, outbox=None, user="help", password=PASSWORD, **more):
    told = {"address": "help@shop.example", "host": "127.0.0.1", "port": imap, "tls": "none", "username": user,
            "folder": "INBOX", "sent": "Sent"}  # fmt: skip
    told |= (
        {"smtp_host": "127.0.0.1", "smtp_port": outbox.port, "smtp_tls": "none", "username": user} if outbox else {}
    )
    return mailbox.open(Login(1, "mailbox", told | more, {"password": password}))


def now() -> int:
    from regulars.core.clock import now_us

    return now_us()


def test_a_real_mailbox_is_read_once_and_nothing_in_it_is_marked(imap):
    deliver(imap, mail(), user="one")
    here = line(imap, user="one")
    assert here.me().handle == "help@shop.example"
    heard = here.read({}, at=now())
    assert [one.external for one in heard.items] == ["m1@example.org"]
    deliver(imap, mail("second", m1="m2"), user="one")
    again = line(imap, user="one").read(heard.cursor, at=now())
    assert [one.text for one in again.items] == ["second"]
    assert not line(imap, user="one").read(again.cursor, at=now()).items


def test_a_full_mailbox_is_read_in_several_goes(imap):
    for number in range(130):
        deliver(imap, mail(f"mail {number}", m1=f"n{number}"), user="full")
    here, cursor, found, more = line(imap, user="full"), {}, [], True
    while more:
        heard = here.read(cursor, at=now())
        cursor, more = heard.cursor, heard.more
        found += [one.text for one in heard.items]
    assert found == [f"mail {number}" for number in range(130)]


def test_a_long_mail_is_read_whole_so_that_its_files_are_listed(imap):
    big = 'multipart/mixed; boundary="b"'
    body = (
        "\n--b\nContent-Type: text/plain\n\nsee\n--b\nContent-Type: application/pdf; name=a.pdf\n\n" + "x" * 400_000
    )
    deliver(imap, mail(body + "\n--b--\n", more=f"Content-Type: {big}\n"), user="big")
    [item] = line(imap, user="big").read({}, at=now()).items
    assert item.facts["files"][0]["size"] >= 400_000 and item.text == "see"


def test_an_answer_goes_out_is_kept_among_the_sent_and_is_found_there(imap, outbox, monkeypatch):
    here, one = line(imap, outbox, user=""), saying(now(), pictures=(Picture(b"x", "image/png", name="shoe"),))
    here = line(imap, outbox, user="answers")
    monkeypatch.setattr(here, "_way", lambda: _without_sign_in(here))
    assert here.find(one).state == "unknown"
    done = here.say(one)
    assert done.state == "handed_off", done
    [sent] = outbox.letters
    assert (sent["To"], sent["From"]) == ("anna@example.org", "help@shop.example")
    assert here.find(one).external == done.external == sent["Message-ID"].strip("<>")
    assert len(mails(imap, user="answers", folder="Sent")) == 1
    assert [item.ours for item in here.read({}, at=now()).items] == [True]


@pytest.mark.parametrize(("refusal", "state"), [("451 later", "retry"), ("550 5.1.1 no such user", "failed")])
def test_what_the_mail_server_says_is_what_became_of_it(imap, outbox, monkeypatch, refusal, state):
    here = line(imap, outbox, user="refused")
    monkeypatch.setattr(here, "_way", lambda: _without_sign_in(here))
    outbox.refuse = refusal
    assert here.say(saying(now())).state == state
    assert not mails(imap, user="refused", folder="Sent")


def _without_sign_in(here):
    from dataclasses import replace

    way = type(here)._way(here)
    return replace(way, settings=way.settings | {"username": ""})


def test_a_wrong_password_and_a_server_that_is_not_there_are_told_apart(imap):
    with pytest.raises(Expired, match="does not let us read"):
        line(imap, password="wrong").me()
    with pytest.raises(Unreachable):
        line(free_port()).me()


def test_a_mailbox_without_a_way_out_says_so(imap, at):
    done = line(imap).say(saying(at))
    assert done.state == "failed" and "SMTP" in done.reply
