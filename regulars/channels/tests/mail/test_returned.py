"""What comes back is understood: bounces, complaints, automatic answers and people; written from the RFCs."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.mail.codes import meaning
from regulars.channels.mail.returned import read
from regulars.channels.mail.verp import return_path, token_of

pytestmark = pytest.mark.anydb
AT = 1_790_000_000_000_000
KEY = b"a key of the house"
BACK = return_path(42, "bounces.northgate.example", KEY)
OURS = f"<{token_of(42, KEY)}@northgate.example>"


def report(
    status="5.1.1", action="failed", said="smtp; 550 5.1.1 <anna@example.com>: no such user", to=BACK, quoted=""
) -> bytes:
    """A notification as RFC 3464, appendix E, has it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <20260921141320.ABC@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 21 Sep 2026 14:13:20 +0000

Final-Recipient: rfc822; anna@example.com
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--B
Content-Type: message/rfc822

From: hello@northgate.example
Message-ID: {quoted or "<else@example.com>"}
Subject: Offers

Hello
--B--
""".encode()


HARD = ["5.1.1", "5.1.10", "5.1.2", "5.2.1", "5.1.6"]
SOFT = ["5.2.2", "5.7.1", "5.3.4", "5.7.26", "4.4.7", "4.2.2"]


@pytest.mark.parametrize("status", HARD)
def test_a_dead_address_is_a_hard_bounce(status):
    reading = read(report(status, said=f"smtp; 550 {status} rejected"), key=KEY, at=AT)
    assert (reading.kind, reading.message_id, reading.hard) == ("bounced", 42, True)
    assert reading.address == "anna@example.com" and status in reading.detail


@pytest.mark.parametrize("status", SOFT)
def test_what_may_pass_is_a_soft_bounce(status):
    reading = read(report(status, said=f"smtp; {status[0]}50 {status} sorry"), key=KEY, at=AT)
    assert (reading.kind, reading.message_id, reading.hard) == ("bounced", 42, False)


@pytest.mark.parametrize(
    "action, kind", [("delayed", "deferred"), ("delivered", "delivered"), ("relayed", "delivered"), ("expanded", "")]
)
def test_other_actions_are_no_bounce(action, kind):
    reading = read(report("4.4.1", action), key=KEY, at=AT)
    assert (reading.kind, reading.hard) == (kind, False)


def test_a_report_sent_elsewhere_is_recognised_by_the_message_it_quotes():
    assert read(report(to="hello@northgate.example", quoted=OURS), key=KEY, at=AT).message_id == 42


def test_a_report_nobody_can_have_about_our_message_changes_nothing():
    forged = return_path(42, "bounces.northgate.example", b"guessed")
    reading = read(report(to=forged), key=KEY, at=AT)
    assert reading.message_id is None and reading.returned() is None


def test_reading_the_same_mail_twice_is_one_occasion():
    first, second = (read(report(), key=KEY, at=moment) for moment in (AT, AT + 5))
    assert first.occasion == second.occasion
    assert read(report().replace(b"ABC@", b"ABD@"), key=KEY, at=AT).occasion != first.occasion


def feedback(
    kind: str = "abuse", rcpt: str = "Original-Rcpt-To: <anna@example.com>\n", mail_from: str = BACK
) -> bytes:
    """A complaint as RFC 5965, appendix B, has it."""
    return f"""From: <abusedesk@example.com>
To: <abuse@northgate.example>
Subject: FW: Earn money
Message-ID: <r1@example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="P"

--P
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 192.0.2.1.

--P
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{mail_from}>
{rcpt}Source-IP: 192.0.2.1

--P
Content-Type: message/rfc822
Content-Disposition: inline

From: <hello@northgate.example>
Message-ID: <8787KJKJ3K4J3K4J3K4J3.mail@example.net>
Subject: Offers

Spam spam
--P--
""".encode()


@pytest.mark.parametrize("kind", ["abuse", "fraud", "opt-out"])
def test_a_complaint_is_about_the_message_in_its_return_path(kind):
    reading = read(feedback(kind), key=KEY, at=AT)
    assert (reading.kind, reading.message_id, reading.address) == ("complained", 42, "anna@example.com")


def test_a_complaint_that_hides_the_recipient_is_known_by_the_quoted_message_id():
    raw = feedback(rcpt="", mail_from="redacted@example.com").replace(
        b"<8787KJKJ3K4J3K4J3K4J3.mail@example.net>", OURS.encode()
    )
    assert read(raw, key=KEY, at=AT).message_id == 42


def test_a_complaint_that_anybody_could_have_invented_counts_for_nothing():
    invented = read(feedback(mail_from="somebody@example.com"), key=KEY, at=AT)
    assert invented.address == "anna@example.com" and invented.returned() is None
    assert read(feedback(), key=KEY, at=AT).returned().message_id == 42


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "dmarc"])
def test_a_report_that_is_no_complaint_is_none(kind):
    assert read(feedback(kind), key=KEY, at=AT).kind == ""


def letter(subject: str = "Re: Offers", text: str = "Do you have it in blue?", **fields: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Anna <anna@example.com>", "help@northgate.example", subject
    mail["In-Reply-To"] = OURS
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


AUTOMATIC = [
    {"Auto_Submitted": "auto-replied"},
    {"Auto_Submitted": 'auto-generated; owner-email="x@example.com"'},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": ""},
    {"Precedence": "auto_reply"},
    {"Precedence": "bulk"},
    {"X_Auto_Response_Suppress": "All", "subject": "Ticket 123"},
    {"Return_Path": "<>"},
    {"List_Id": "<announce.example.com>"},
    {"subject": "Out of Office: Re: Offers"},
    {"subject": "Automatic reply: Offers"},
    {"subject": "Automatische Antwort: Offers"},
    {"subject": "Abwesenheitsnotiz"},
    {"subject": "Réponse automatique : Offers"},
    {"subject": "Respuesta automática: Offers"},
    {"subject": "自動応答: Offers"},
]


@pytest.mark.parametrize("fields", AUTOMATIC)
def test_an_automatic_answer_is_neither_a_person_nor_a_bounce(fields):
    reading = read(letter(**fields), key=KEY, at=AT)
    assert (reading.kind, reading.message_id) == ("auto_reply", 42)


PEOPLE = [
    {},
    {"subject": "Re: out of office furniture"},
    {"subject": "AW: Abwesenheit meiner Bestellung"},
    {"Auto_Submitted": "no"},
    {"text": "My mail could not be delivered: 550 5.1.1 user unknown. What now?"},
    {"subject": "Undelivered parcel", "text": "It was returned to sender!"},
    {"subject": "Re: Offers", "X_Auto_Response_Suppress": "OOF"},
    {"subject": "Delivery failure of my order"},
]


@pytest.mark.parametrize("fields", PEOPLE)
def test_a_person_who_answers_is_never_a_bounce(fields):
    reading = read(letter(**fields), key=KEY, at=AT)
    assert (reading.kind, reading.message_id, reading.sender) == ("replied", 42, "anna@example.com")
    assert reading.returned().kind == "replied"


@given(subject=st.text(max_size=60), text=st.text(max_size=200))
def test_whatever_a_person_writes_it_never_counts_as_a_bounce(subject, text):
    clean = " ".join("".join(c for c in subject if c.isprintable()).split())
    reading = read(letter(clean, text.encode("utf-8", "replace").decode()), key=KEY, at=AT)
    assert reading.kind in ("replied", "auto_reply") and not reading.hard


def test_mail_of_somebody_we_never_wrote_to_is_none_of_ours():
    reading = read(letter().replace(OURS.encode(), b"<other@example.com>"), key=KEY, at=AT)
    assert reading.kind == "" and reading.returned() is None


QMAIL = """Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<anna@example.com>:
{why}
"""


@pytest.mark.parametrize(
    "why, hard",
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", True),
        ("192.0.2.1 does not like recipient. Remote host said: 550 User unknown", True),
        ("192.0.2.1 failed after I sent the message. Remote host said: 554 5.7.1 blocked by spamhaus", False),
        ("Mailbox over quota (#5.2.2)", False),
    ],
)
def test_a_bounce_in_words_alone_is_understood(why, hard):
    reading = read(QMAIL.format(to=BACK, why=why).encode(), key=KEY, at=AT)
    assert (reading.kind, reading.message_id, reading.hard) == ("bounced", 42, hard)


def test_a_receipt_that_somebody_read_it_is_automatic():
    raw = report().replace(b"message/delivery-status", b"message/disposition-notification")
    assert read(raw, key=KEY, at=AT).kind == "auto_reply"


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=60).map(lambda junk: report().replace(b"Status", junk))))
def test_reading_never_fails_and_never_invents_a_hard_bounce(raw):
    reading = read(raw, key=KEY, at=AT)
    assert not reading.hard or reading.message_id == 42
    assert AT - 7 * 86_400_000_000 <= reading.at <= AT


@pytest.mark.parametrize(
    "code, text, why, hard",
    [
        (550, "5.1.1 The email account that you tried to reach does not exist", "unknown", True),
        (550, "5.4.1 Recipient address rejected: Access denied", "other", False),
        (550, "Requested action not taken: mailbox unavailable", "unknown", True),
        (552, "5.2.2 The email account is over quota", "full", False),
        (554, "5.7.1 Service unavailable; client host blocked using zen.spamhaus.org", "blocked", False),
        (550, "5.7.1 Unable to relay: relaying denied", "setup", False),
        (450, "4.2.1 The user you are trying to contact is receiving mail too quickly", "disabled", False),
        (550, "5.2.1 The email account that you tried to reach is disabled", "disabled", True),
        (550, "5.1.1 user unknown; see our blocklist policy", "unknown", True),
        (550, "user unknown, or blocked by policy", "blocked", False),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts", "other", False),
        (535, "5.7.8 Authentication credentials invalid", "setup", False),
    ],
)
def test_refusals_of_real_servers_mean_what_they_say(code, text, why, hard):
    found = meaning(text, code=code)
    assert (found.why, found.hard) == (why, hard)
