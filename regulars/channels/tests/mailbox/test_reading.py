"""Mailboxes are read at least once and count once; what people wrote stays and reaches their timeline."""

from __future__ import annotations

import pytest

from regulars.channels import actions
from regulars.channels.mail.verp import return_path, token_of
from regulars.channels.models import Campaign, Feedback, Mailbox, Message, State, Suppression
from regulars.channels.tests.mail.test_returned import feedback, letter, report
from regulars.channels.tests.mailbox.imap_server import Post, imap_server
from regulars.channels.tests.smtp.hostile import Server, polite
from regulars.core.home import secret
from regulars.events.models import Event
from regulars.people import actions as people

pytestmark = pytest.mark.django_db
MINUTE = 60_000_000


@pytest.fixture
def key() -> bytes:
    return bytes.fromhex(secret("returns"))


@pytest.fixture
def message(business, at):
    """A message to Anna that was handed off."""
    said = people.Sighting("shop", (("user", "anna"),), (("email", "anna@example.com"),), {}, (), at)
    (node,) = people.record_sightings(sightings=[said], source_id=1, at=at)
    campaign = Campaign.objects.create(origin="broadcast:1", name="Offers", created_us=at)
    return Message.objects.create(
        key="broadcast:1:anna", campaign_id=campaign.id, node_id=node, channel="email", address="anna@example.com",
        state=State.HANDED_OFF, due_us=at, planned_us=at, handed_us=at,
    )  # fmt: skip


@pytest.fixture
def box(business, at):
    """A mailbox with its post."""
    post = Post()
    with imap_server(post) as port:
        mailbox = actions.save_mailbox(
            name="Bounces", purpose="bounces", host="127.0.0.1", port=port, tls="none", username="b",
            password="s3cret", clear=True, by="user:1", at=at,
        )  # fmt: skip
        yield post, mailbox


def back(message, key) -> str:
    return return_path(message.id, "bounces.northgate.example", key)


def test_a_bounce_in_the_mailbox_ends_the_message_and_suppresses_the_address(box, message, key, at):
    post, _mailbox = box
    post.put(report(to=back(message, key)))
    assert actions.read_mailboxes(at=at + MINUTE) == 1
    message.refresh_from_db()
    assert message.state == State.BOUNCED
    assert Suppression.objects.get().reason == "hard_bounce"
    assert post.deleted == [1]


def test_what_was_read_is_not_read_again_and_counts_once_even_when_it_is(box, message, key, at):
    post, _mailbox = box
    Mailbox.objects.update(clear=False)
    post.put(report(to=back(message, key)))
    assert [actions.read_mailboxes(at=at + n * MINUTE) for n in (1, 2)] == [1, 0]
    post.validity += 1  # the server forgot its numbers: everything is read again
    assert actions.read_mailboxes(at=at + 3 * MINUTE) == 0
    assert Feedback.objects.count() == 1


def test_a_line_that_breaks_in_the_middle_loses_nothing(box, message, key, at):
    post, _mailbox = box
    Mailbox.objects.update(clear=False)
    for number in range(50):
        post.put(report("4.4.1", "delayed", to=back(message, key)).replace(b"ABC@", b"A%d@" % number))
    post.cut_after = 1
    assert actions.read_mailboxes(at=at + MINUTE) == 20
    assert "broke off" in Mailbox.objects.get().trouble
    post.cut_after = 10**9
    assert actions.read_mailboxes(at=at + 2 * MINUTE) == 30
    assert Mailbox.objects.get().trouble == "" and Feedback.objects.filter(kind="deferred").count() == 50


def answer(message, key) -> bytes:
    """Anna answers the message."""
    ours = letter().split(b"In-Reply-To: ")[1].split(b"\n")[0]
    return letter().replace(ours, f"<{token_of(message.id, key)}@x.example>".encode())


def test_a_persons_answer_stays_in_the_mailbox_and_stands_on_the_timeline(box, message, key, at):
    post, _ = box
    post.put(answer(message, key))
    assert actions.read_mailboxes(at=at + MINUTE) == 1
    message.refresh_from_db()
    assert message.state == State.DELIVERED and post.deleted == []
    assert Event.objects.filter(name="Email Replied", node_id=message.node_id).count() == 1
    assert not Suppression.objects.exists()


def test_an_answer_to_the_return_path_goes_on_to_the_mailbox_the_sender_names_once(box, message, key, at):
    post, _ = box
    sender = actions.save_sender(
        name="Shop", address="hello@shop.example", reply_to="help@shop.example", bounce_domain="b@shop.example",
        by="user:1", at=at,
    )  # fmt: skip
    Campaign.objects.update(sender_id=sender.id)
    post.put(answer(message, key))
    with Server(polite) as out:
        settings = {"host": "127.0.0.1", "port": out.port, "tls": "none"}
        actions.add_server(name="Out", kind="smtp", settings=settings, secrets={}, by="user:1", at=at)
        for minutes in (1, 2):
            post.validity += 1  # everything is read again
            actions.read_mailboxes(at=at + minutes * MINUTE)
    assert len(out.taken) == 1
    assert b"Resent-To: help@shop.example" in out.taken[0] and b"Do you have it in blue?" in out.taken[0]


def test_a_complaint_ends_marketing_to_the_address(box, message, key, at):
    post, _ = box
    post.put(feedback(mail_from=back(message, key)))
    actions.read_mailboxes(at=at + MINUTE)
    assert Suppression.objects.get().reason == "complaint"


def test_mail_about_nothing_of_ours_is_left_alone(box, message, at):
    post, _ = box
    post.put(b"From: a@b.example\nSubject: Offer of a partner\n\nHello")
    post.put(b"\xff\xfe rubbish")
    assert actions.read_mailboxes(at=at + MINUTE) == 0 and post.deleted == [] and len(post.mail) == 2


def test_a_mailbox_that_cannot_be_opened_says_why_and_stops_no_other(box, message, key, at):
    post, _ = box
    broken = Post()
    broken.refuse = True
    post.put(report(to=back(message, key)))
    with imap_server(broken) as port:
        actions.save_mailbox(
            name="A broken one", purpose="replies", host="127.0.0.1", port=port, tls="none", username="x",
            password="wrong", by="user:1", at=at,
        )  # fmt: skip
        assert actions.read_mailboxes(at=at + MINUTE) == 1
    assert "wrong password" in Mailbox.objects.get(name="A broken one").trouble


def test_a_password_is_kept_encrypted_and_an_empty_one_keeps_it(box, at):
    _, mailbox = box
    assert "s3cret" not in Mailbox.objects.get().password
    fields = {name: getattr(mailbox, name) for name in ("name", "purpose", "host", "port", "tls", "username")}
    changed = actions.save_mailbox(mailbox_id=mailbox.id, **fields, password="", by="user:1", at=at)
    assert changed.password == mailbox.password


def test_a_folder_name_never_ends_the_command(business, at):
    with pytest.raises(actions.CannotSend, match="folder"):
        actions.save_mailbox(
            name="B", purpose="bounces", host="h", port=993, tls="implicit", username="u", password="p",
            folder='INBOX"\r\nA1 DELETE', by="user:1", at=at,
        )  # fmt: skip
