"""Before texts go out: breaches of the brand's voice are shown, missing disclosures stop, a reason overrules."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regulars.channels.models import Sender, Server
from regulars.content.actions import create_template, publish, save_draft, save_voice
from regulars.core.clock import DAY, now_us
from regulars.journeys import actions as journeys
from regulars.journeys.models import Broadcast, Journey, JourneyVersion
from regulars.segments import actions as segments
from regulars.team.actions import add_member
from regulars.team.models import AuditEntry
from regulars.web.tests.talk import person

LEGAL = "Northgate Ltd, London"


@pytest.fixture
def marketer(client, transactional_db, business, at):
    client.force_login(add_member(email="m@example.com", role="owner", by="system", at=at))
    return client


@pytest.fixture
def text(transactional_db, business) -> int:
    """In English it says what it must, in German it does not."""
    at = now_us() - DAY
    save_voice(
        use=[], avoid=[{"word": "cheap", "why": "We sell quality."}], disclosures=[{"text": LEGAL, "when": []}],
        tone="", reading_level=None, by="user:1", at=at,
    )  # fmt: skip
    end = "{{ links.unsubscribe }}"
    said = {"en": f"Cheap boots. {LEGAL} {end}", "de": f"Schuhe. {end}"}
    draft = {language: {"subject": "Boots", "format": "text", "source": text} for language, text in said.items()}
    made = create_template(name="Boots", draft=draft, by="user:1", at=at)
    publish(template_id=made.id, by="user:1", at=at)
    return made.id


@pytest.fixture
def draft(text) -> Broadcast:
    at = now_us() - DAY
    Sender.objects.create(name="Northgate", address="shop@example.com", created_us=at)
    Server.objects.create(name="Relay", channel="email", kind="smtp", created_us=at)
    everybody = segments.create_list(name="All", person_ids=[person("Anna", at)], by="user:1", at=at)
    while segments.tick(at):
        pass
    return journeys.create_broadcast(name="Spring", template_id=text, segments=[everybody.id], by="user:1", at=at)


@pytest.fixture
def journey(text) -> Journey:
    tree = {"start": {"kind": "manual"}, "steps": [{"id": "a", "kind": "send", "template": text}]}
    return journeys.create_journey(name="Welcome", tree=tree, by="user:1", at=1)


def shown(marketer, name: str, number: int) -> str:
    return marketer.get(reverse(f"web:{name}", args=[number])).content.decode()


def test_a_broadcast_shows_breaches_of_all_languages_before_it_goes_out(marketer, draft):
    page = shown(marketer, "broadcast", draft.id)
    assert "<mark>Cheap</mark>" in page and "Boots, en" in page
    assert "Boots, de" in page and f"“{LEGAL}” is missing." in page and 'name="overrule"' in page


def test_without_a_reason_it_does_not_go_out_and_with_one_the_reason_is_kept(marketer, draft):
    address = reverse("web:broadcast_launch", args=[draft.id])
    assert "lacks" in marketer.post(address, {"overrule": " "}, follow=True).content.decode()
    draft.refresh_from_db()
    assert draft.launched_us is None
    marketer.post(address, {"overrule": "Nobody reads German here"})
    draft.refresh_from_db()
    assert draft.launched_us and draft.overruled["missing"] == [f"Boots (de): {LEGAL}"]
    page = shown(marketer, "broadcast", draft.id)
    assert "Nobody reads German here" in page and "m@example.com" in page
    assert "Nobody reads" in str(AuditEntry.objects.filter(act="broadcast.launch").get().details)


def test_publishing_a_journey_shows_and_stops_too(marketer, journey):
    page = shown(marketer, "journey_publish", journey.id)
    assert "<mark>Cheap</mark>" in page and f"“{LEGAL}” is missing." in page
    address = reverse("web:journey_publish", args=[journey.id])
    assert "lacks" in marketer.post(address, follow=True).content.decode() and not JourneyVersion.objects.exists()
    marketer.post(address, {"overrule": "Only for staff"})
    assert JourneyVersion.objects.get().overruled["reason"] == "Only for staff"
    assert (
        "Only for staff" in marketer.get(reverse("web:journey", args=[journey.id]) + "?tab=versions").content.decode()
    )


def test_with_all_that_must_be_said_no_reason_is_asked_for(marketer, draft):
    save_voice(use=[], avoid=[], disclosures=[], tone="", reading_level=None, by="user:1", at=now_us())
    assert 'name="overrule"' not in shown(marketer, "broadcast", draft.id)
    marketer.post(reverse("web:broadcast_launch", args=[draft.id]))
    draft.refresh_from_db()
    assert draft.launched_us and draft.overruled is None


def test_what_nothing_brings_is_named_before_it_goes_out_and_stops_nothing(marketer, draft, journey):
    said = "Boots {{ dance.step | default: 'now' }} {{ links.unsubscribe }}"
    variant = {"subject": "Boots", "format": "text", "source": said}
    save_draft(template_id=draft.template_id, language="en", variant=variant, by="user:1", at=now_us())
    publish(template_id=draft.template_id, by="user:1", at=now_us())
    assert "shows “dance”, which nothing here brings" in shown(marketer, "broadcast", draft.id)
    assert "shows “dance”, which nothing here brings" in shown(marketer, "journey_publish", journey.id)
    assert 'id="send"' in shown(marketer, "broadcast", draft.id)
