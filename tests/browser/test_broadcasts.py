"""Somebody composes a broadcast: the count follows, what is missing is said, one dialog asks before it is sent."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from regulars.channels.actions import add_server, save_sender
from regulars.channels.models import Message, State
from regulars.core.clock import now_us
from regulars.journeys.actions import create_broadcast, launch, plan_broadcasts
from regulars.journeys.models import Broadcast
from regulars.segments.actions import create_list
from regulars.web.tests.talk import person, template
from tests.browser.checks import LOOKS, faults, too_wide
from tests.browser.conftest import WIDTHS
from tests.browser.shop import settle


@pytest.fixture
def shop(owner) -> dict:
    """Anna and Bob agreed, Chen did not; a text, a list of all three, a sender; no server yet."""
    at = now_us()
    people = [person("Anna", at), person("Bob", at), person("Chen", at, agrees=False)]
    save_sender(name="Northgate", address="shop@example.com", by="user:1", at=at)
    everybody = create_list(name="Everybody", person_ids=people, by="user:1", at=at)
    settle(at)
    return {"template": template(at), "list": everybody.id, "people": people}


def relay() -> None:
    add_server(name="Relay", kind="smtp", settings={"host": "localhost"}, secrets={}, by="user:1", at=now_us())


def test_somebody_composes_and_sends_a_broadcast(tab, shop):
    tab.goto(reverse("web:broadcast_new"))
    tab.get_by_label("Name", exact=True).fill("Spring")
    tab.get_by_role("button", name="Save the draft and count").click()
    before = tab.locator("#before")
    expect(before).to_contain_text("Choose the message.")
    expect(before).to_contain_text("No server carries such messages yet.")
    tab.get_by_label("Message", exact=True).select_option(str(shop["template"]))
    expect(before).not_to_contain_text("Choose the message.")
    expect(tab.frame_locator("iframe").locator("body")).to_contain_text("Hello there")
    tab.get_by_label("Priority").fill("500")
    tab.get_by_label("Priority").blur()
    expect(before).to_contain_text("Not saved yet:")
    tab.get_by_label("Priority").fill("70")
    tab.get_by_label("Everybody (3)").first.check()
    expect(before.locator(".figure b")).to_have_text("2")
    expect(before).to_contain_text("No consent")
    assert faults(tab) == []
    relay()
    tab.reload()
    tab.get_by_role("button", name="Send to 2 people").first.click()
    dialog = tab.get_by_role("dialog")
    expect(dialog).to_contain_text("Send “Spring” to 2 people?")
    assert not Broadcast.objects.get().launched_us
    dialog.get_by_role("button", name="Send to 2 people").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Spring: sending")
    sent = Broadcast.objects.get()
    assert sent.launched_us and sent.priority == 70


@pytest.fixture
def sent(shop) -> Broadcast:
    """Sent off and planned; one message is unknown."""
    at = now_us()
    made = create_broadcast(name="Spring", template_id=shop["template"], segments=[shop["list"]], by="user:1", at=at)
    launch(broadcast_id=made.id, by="user:1", at=at)
    while plan_broadcasts(at):
        pass
    Message.objects.filter(node_id=shop["people"][0]).update(state=State.UNKNOWN, handed_us=at)
    return made


def test_progress_follows_by_itself_and_the_report_comes_at_the_end(tab, sent):
    tab.goto(reverse("web:broadcast", args=[sent.id]))
    progress = tab.locator("#progress-of-it")
    expect(progress).to_contain_text("of 3 decided")
    Message.objects.exclude(state=State.UNKNOWN).update(state=State.HANDED_OFF, handed_us=now_us())
    expect(tab.get_by_role("heading", level=1)).to_have_text("Spring: done")
    tab.get_by_role("button", name="All of them went").click()
    expect(tab.locator("#toasts")).to_contain_text("1 message is settled.")
    assert not Message.objects.filter(state=State.UNKNOWN).exists()


def test_pages_about_messages_fit_and_have_no_serious_fault(tab, sent, shop):
    found = {}
    one = Message.objects.get(node_id=shop["people"][2])
    pages = [reverse(f"web:{name}") for name in ("messages", "webhooks", "pressure")]
    pages += [reverse("web:broadcast", args=[sent.id]), reverse("web:message", args=[one.id])]
    pages += [reverse("web:person", args=[shop["people"][2]])]
    for address in pages:
        tab.goto(address)
        for size, theme in LOOKS:
            tab.set_viewport_size(WIDTHS[size])
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found[address, size, theme] = faults(tab) + [too_wide(tab)] * (too_wide(tab) > 0)
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    assert {page: problems for page, problems in found.items() if problems} == {}
