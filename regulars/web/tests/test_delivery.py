"""The pages about delivery: servers, senders, mailboxes, suppressions, rules."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regulars.channels import actions
from regulars.channels.models import Cap, Gate, Mailbox, QuietHours, Sender, Server, Suppression, Topic
from regulars.channels.providers import KINDS
from regulars.team.models import User

pytestmark = pytest.mark.django_db
SMTP = {
    "name": "Provider", "s_host": "smtp.example.com", "s_port": "587", "s_tls": "starttls", "s_verify": "on",
    "s_username": "shop", "s_password": "s3cret", "s_connections": "4", "s_timeout": "60", "lanes": ["bulk"],
    "weight": "2", "per_second": "50", "domain_limits": "gmail.com 20\nyahoo.com: 5",
}  # fmt: skip


@pytest.fixture
def owner(client, business):
    client.force_login(User.objects.create_user("o@example.com", "three random words", name="Olive", role="owner"))
    return client


def text(answer) -> str:
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_every_page_opens_while_nothing_is_set_up(owner):
    for name in ("delivery", "senders", "sender_new", "mailboxes", "mailbox_new", "suppressions", "rules"):
        text(owner.get(reverse(f"web:{name}")))
    for kind in KINDS:
        text(owner.get(reverse("web:server_new", args=[kind])))


def test_a_server_is_added_with_its_limits_and_its_password_is_never_shown_again(owner):
    answer = owner.post(reverse("web:server_new", args=["smtp"]), SMTP, follow=True)
    server = Server.objects.get()
    assert server.domain_limits == {"gmail.com": 20.0, "yahoo.com": 5.0} and server.per_second == 50
    assert server.settings["host"] == "smtp.example.com" and "password" not in server.settings
    assert "s3cret" not in text(answer) and "s3cret" not in server.secrets
    owner.post(reverse("web:server", args=[server.id]), {**SMTP, "s_password": "", "weight": "5"})
    changed = Server.objects.get()
    from regulars.channels.views import way_of

    assert changed.weight == 5 and way_of(changed).secrets == {"password": "s3cret"}


def test_a_limit_that_is_none_is_said_beside_the_field(owner):
    answer = owner.post(reverse("web:server_new", args=["smtp"]), {**SMTP, "domain_limits": "gmail.com fast"})
    assert "is not a domain and a number" in text(answer) and not Server.objects.exists()


def test_two_servers_of_one_name_are_refused_with_a_sentence(owner):
    owner.post(reverse("web:server_new", args=["smtp"]), SMTP)
    assert "already a server" in text(owner.post(reverse("web:server_new", args=["smtp"]), SMTP))


def test_a_server_is_tried_paused_and_resumed(owner):
    owner.post(reverse("web:server_new", args=["smtp"]), {**SMTP, "s_host": "127.0.0.1", "s_port": "1"})
    server = Server.objects.get()
    tried = owner.post(reverse("web:server_try", args=[server.id]), follow=True)
    assert "No connection to 127.0.0.1" in text(tried)
    change = reverse("web:server_change", args=[server.id])
    assert "is paused" in text(owner.post(change, {"act": "pause"}, follow=True))
    assert Server.objects.get().paused_us
    owner.post(change, {"act": "resume"})
    assert Server.objects.get().paused_us is None


def test_the_gate_says_why_it_is_closed_and_a_person_opens_it(owner, at):
    Gate.objects.update_or_create(id=1, defaults={"closed_us": at, "why": "Nothing was sent for two days."})
    assert "Nothing was sent for two days." in text(owner.get(reverse("web:delivery")))
    owner.post(reverse("web:gate_open"))
    assert Gate.objects.get(id=1).closed_us is None


def test_a_sender_gets_a_key_and_the_record_to_publish(owner, monkeypatch):
    given = {
        "channel": "email",
        "name": "Northgate",
        "address": "hello@northgate.example",
        "bounce_domain": "b@n.example",
    }
    owner.post(reverse("web:sender_new"), given)
    sender = Sender.objects.get()
    page = owner.post(reverse("web:sender_change", args=[sender.id]), {"act": "key"}, follow=True)
    sender.refresh_from_db()
    assert f"{sender.next_selector}._domainkey.northgate.example" in text(page) and "v=DKIM1" in text(page)
    assert "PRIVATE" not in text(page) and "PRIVATE" not in sender.next_key
    from regulars.channels import deliverability

    asked = deliverability.findings
    monkeypatch.setattr(deliverability, "findings", lambda one: asked(one, ask=lambda name, kind: []))
    fragment = text(owner.get(reverse("web:sender_published", args=[sender.id])))
    assert "signing begins once it is seen" in fragment and "has no DMARC record" in fragment
    sender.refresh_from_db()
    assert not sender.dkim_key
    name, _, value = deliverability.dkim_record(sender)
    there = {name: [value]}
    monkeypatch.setattr(
        deliverability, "findings", lambda one: asked(one, ask=lambda name, kind: there.get(name, []))
    )
    assert "signed with it from now on" in text(owner.get(reverse("web:sender_published", args=[sender.id])))
    sender.refresh_from_db()
    assert sender.dkim_key and not sender.next_key


def test_a_sender_that_is_no_address_is_refused_with_a_sentence(owner):
    answer = owner.post(reverse("web:sender_new"), {"channel": "email", "name": "X", "address": "not an address"})
    assert "is not an e-mail address" in text(answer) and not Sender.objects.exists()


def test_a_mailbox_is_set_up_and_its_password_never_shown(owner):
    given = {"purpose": "bounces", "name": "Bounces", "host": "imap.example.com", "port": "993", "tls": "implicit"}
    given |= {"username": "b@example.com", "password": "s3cret", "folder": "INBOX", "clear": "on"}
    answer = owner.post(reverse("web:mailbox_new"), given, follow=True)
    assert "s3cret" not in text(answer) and Mailbox.objects.get().clear
    owner.post(reverse("web:mailbox_change", args=[Mailbox.objects.get().id]), {"act": "remove"})
    assert not Mailbox.objects.exists()


def test_addresses_are_suppressed_in_bulk_found_and_lifted(owner):
    given = {"addresses": "Anna@Example.com\nnot an address\nbob@example.com", "scope": "all"}
    assert "2 addresses get nothing" in text(owner.post(reverse("web:suppression_add"), given, follow=True))
    found = text(owner.get(reverse("web:suppressions"), {"q": "anna@example.com"}))
    assert "anna@example.com" in found and "bob@example.com" not in found
    owner.post(reverse("web:suppression_lift", args=[Suppression.objects.get(address="anna@example.com").id]))
    assert Suppression.objects.filter(lifted_us=None).count() == 1
    assert b"bob@example.com" in owner.get(reverse("web:suppressions"), {"format": "csv"}).getvalue()


def test_quiet_hours_caps_and_topics_are_set_and_removed(owner):
    quiet = {"channel": "email", "start": "20:30", "end": "09:00", "weekdays_off": ["6"]}
    owner.post(reverse("web:quiet_hours"), quiet)
    kept = QuietHours.objects.get()
    assert (kept.start, kept.end, kept.weekdays_off) == (20 * 60 + 30, 9 * 60, [6])
    every = {**quiet, "weekdays_off": [str(day) for day in range(7)]}
    assert "no marketing would ever leave" in text(owner.post(reverse("web:quiet_hours"), every))
    owner.post(reverse("web:caps"), {"most": "3", "days": "7", "channel": ""})
    owner.post(reverse("web:topics"), {"name": "New arrivals", "description": "What is new"})
    page = text(owner.get(reverse("web:rules")))
    assert "At most 3 messages" in page and "New arrivals" in page and Topic.objects.get().key == "new-arrivals"
    assert "5.0" in text(owner.post(reverse("web:holdout"), {"percent": "5"}, follow=True))
    owner.post(reverse("web:caps"), {"remove": Cap.objects.get().id})
    owner.post(reverse("web:topics"), {"archive": Topic.objects.get().id})
    assert not Cap.objects.exists() and Topic.objects.get().archived_us


def test_who_may_only_look_sees_servers_but_changes_nothing(client, business, at):
    client.force_login(User.objects.create_user("r@example.com", "three random words", name="Rita", role="reader"))
    actions.add_server(name="Out", kind="smtp", settings={"host": "h"}, secrets={}, by="user:1", at=at)
    page = text(client.get(reverse("web:delivery")))
    assert "Out" in page and "Add a way out" not in page
    assert client.get(reverse("web:senders")).status_code == 403
