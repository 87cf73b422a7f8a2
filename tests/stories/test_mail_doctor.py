"""`regulars doctor` looks at the mail set-up."""

from __future__ import annotations

import pytest

from regulars.channels import actions, deliverability
from regulars.channels.models import Gate, Mailbox
from regulars.config import doctor

pytestmark = [pytest.mark.django_db, pytest.mark.story]


def test_doctor_says_what_is_wrong_with_a_sender_a_mailbox_and_the_gate(business, at, monkeypatch):
    asked = deliverability.findings
    monkeypatch.setattr(deliverability, "findings", lambda one: asked(one, ask=lambda name, kind: []))
    actions.save_sender(name="Shop", address="hello@shop.example", by="user:1", at=at)
    box = {"host": "h", "port": 993, "tls": "implicit", "username": "u", "password": "p"}
    actions.save_mailbox(name="Bounces", purpose="bounces", **box, by="user:1", at=at)
    Mailbox.objects.update(trouble="h does not let us read INBOX")
    Gate.objects.update_or_create(id=1, defaults={"closed_us": at, "why": "A backup was restored."})
    said = [one.what for one in doctor._delivery() if not one.fine]
    assert any("A backup was restored" in one for one in said)
    assert any("hello@shop.example: DKIM" in one for one in said) and any(
        "does not let us read" in one for one in said
    )
