"""A fresh key signs once its record was seen, and never before; the one before it signs until then."""

from __future__ import annotations

import pytest

from regulars.channels import actions, deliverability
from regulars.channels.delivery.rendering import sender_of
from regulars.channels.models import Campaign, Sender
from regulars.channels.signing import use_what_is_published


@pytest.fixture
def sender(db, business, at) -> Sender:
    return actions.save_sender(name="Shop", address="hello@shop.example", by="user:1", at=at)


def key_now(sender) -> str:
    return sender_of(Campaign(channel="email", sender_id=sender.id)).dkim_selector


def publish(sender, at) -> bool:
    sender.refresh_from_db()
    name, _, value = deliverability.dkim_record(sender)
    published = {name: [value]}
    return use_what_is_published(at=at, ask=lambda asked, kind: published.get(asked, []))


def test_nothing_is_signed_before_the_record_was_seen(sender, at):
    made = actions.make_dkim_key(sender_id=sender.id, by="user:1", at=at)
    assert key_now(sender) == "" and not use_what_is_published(at=at, ask=lambda name, kind: [])
    assert key_now(sender) == ""
    assert publish(sender, at) and key_now(sender) == made.next_selector
    assert not publish(sender, at)


def test_another_key_in_the_dns_changes_nothing(sender, at):
    actions.make_dkim_key(sender_id=sender.id, by="user:1", at=at)
    assert not use_what_is_published(at=at, ask=lambda name, kind: ["v=DKIM1; p=AAAA"])


def test_the_key_before_signs_until_the_next_one_is_seen_for_all_senders_of_the_domain(sender, at):
    other = actions.save_sender(name="News", address="news@shop.example", by="user:1", at=at)
    first = actions.make_dkim_key(sender_id=sender.id, by="user:1", at=at).next_selector
    publish(sender, at)
    second = actions.make_dkim_key(sender_id=sender.id, by="user:1", at=at + 1_000_000).next_selector
    assert key_now(sender) == key_now(other) == first
    publish(sender, at)
    assert key_now(sender) == key_now(other) == second


def test_a_new_domain_has_no_key(sender, at):
    actions.make_dkim_key(sender_id=sender.id, by="user:1", at=at)
    moved = actions.save_sender(sender_id=sender.id, name="Shop", address="hello@other.example", by="user:1", at=at)
    assert deliverability.dkim_record(moved) is None
