"""Texts of a journey can speak of the event that started it."""

from __future__ import annotations

import pytest

from regulars.channels.delivery.rendering import render_again
from regulars.channels.models import Message
from regulars.content.actions import create_template, publish
from regulars.content.rendering import ContentError
from regulars.events.models import Event
from regulars.journeys.starting import events_that_start
from regulars.journeys.tests.cast import did, live, settle, someone

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = 'You looked at {{ event.product_name | default: "something" }}. {{ links.unsubscribe }}'


def text(source: str, at: int) -> int:
    draft = {"en": {"subject": "Still there", "format": "text", "source": source}}
    made = create_template(name="Still there", draft=draft, by="user:1", at=at)
    publish(template_id=made.id, by="user:1", at=at)
    return made.id


def journey(template: int, at: int, event: str = "Product Viewed"):
    start = {"kind": "event", "event": event, "again": "always"}
    return live({"start": start, "steps": [{"id": "a", "kind": "send", "template": template}]}, at)


def test_each_message_speaks_of_the_event_that_started_its_run(business, at):
    journey(text(SOURCE, at), at)
    anna, bob = someone("anna", at), someone("bob", at)
    did(anna, "Product Viewed", at + 1, product_name="Boots", secret="not stored")
    did(bob, "Product Viewed", at + 2)
    settle(at + 3)
    hers, his = Message.objects.get(node_id=anna), Message.objects.get(node_id=bob)
    assert hers.context == {"event": {"product_name": "Boots"}} and his.context is None
    assert "You looked at Boots." in render_again(hers).text
    assert "You looked at something." in render_again(his).text


def test_an_event_that_was_erased_is_spoken_of_no_more(business, at):
    journey(text(SOURCE, at), at)
    anna = someone("anna", at)
    did(anna, "Product Viewed", at + 1, product_name="Boots")
    from regulars.events import consumers

    consumers.step(at + 2)
    Event.objects.all().delete()
    settle(at + 3)
    assert Message.objects.get().context is None


def test_a_property_without_a_fallback_is_refused(business, at):
    with pytest.raises(ContentError, match=r"“event\.product_name” can be missing"):
        text("{{ event.product_name }} {{ links.unsubscribe }}", at)


def test_a_list_of_an_event_can_be_gone_through(business, at):
    listed = '{% for p in event.products %}{{ p.name | default: "" }}, {% endfor %} {{ links.unsubscribe }}'
    journey(text(listed, at), at, "Checkout Started")
    anna = someone("anna", at)
    did(anna, "Checkout Started", at + 1, products=[{"name": "Boots"}, {"name": "Ball"}])
    settle(at + 2)
    assert "Boots, Ball," in render_again(Message.objects.get()).text


def test_the_editor_knows_which_events_a_text_can_speak_of(business, at):
    template = text(SOURCE, at)
    assert events_that_start(template) == []
    journey(template, at)
    assert events_that_start(template) == ["Product Viewed"]
