"""Customers' own pages, as a customer walks through them: joining, confirming, choosing, leaving."""

from __future__ import annotations

import os
import re

import pytest

from regulars.channels import links
from regulars.channels.actions import Planned, ensure_campaign, plan
from regulars.channels.models import Message, Topic
from regulars.people.models import Identifier, Node
from regulars.people.queries import consent_state
from regulars.portal.actions import save_form
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS


@pytest.fixture
def visitor(chromium, live_server, transactional_db, business, at, settings):
    """Somebody at the sign-up page, not signed in anywhere."""
    settings.PUBLIC_URL = live_server.url
    for order, (key, name, says) in enumerate(
        [("soccer", "Soccer", "Matches, boots, tickets"), ("running", "Running", "")]
    ):
        Topic.objects.create(key=key, name=name, description=says, order=order)
    values = {
        "name": "Website", "headline": "News for players",
        "intro": "Twice a month: new boots, and tickets before others.",
        "wording": "I agree that Northgate Sports writes to me by e-mail.", "topics": ["soccer", "running"],
        "fields": ["name", "birthday"],
    }  # fmt: skip
    form = save_form(values=values, by="user:1", at=at)
    context = chromium.new_context(base_url=live_server.url, viewport=WIDTHS["narrow"])
    page = context.new_page()
    page.goto(f"/join/{form.slug}")
    yield page
    context.close()


def _mailed(name: str) -> str:
    context = Message.objects.filter(lane=1).latest("id").context
    return re.sub(r"^https?://[^/]+", "", context[name])


def _person() -> int:
    return Node.objects.get(id=Identifier.objects.get(value="anna@example.org").node_id).person_id


def _join(page) -> None:
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_label("Name", exact=True).fill("Anna")
    page.get_by_label("Soccer").check()
    page.get_by_role("button", name="Sign me up").click()
    page.get_by_text("look into your mailbox").wait_for()
    page.goto(_mailed("confirm_url"))
    page.get_by_role("button", name="Yes, I want this").click()
    page.get_by_text("You are in").wait_for()


def _come_in(page) -> None:
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_text("look into your mailbox").wait_for()
    page.goto(_mailed("sign_in_url"))
    page.get_by_role("button", name="Open my page").click()
    page.get_by_label("Running").wait_for()


def _message(at) -> Message:
    campaign = ensure_campaign(origin="broadcast:1", name="Cup", topic="soccer", at=at)
    plan(campaign_id=campaign.id, items=[Planned("b:1:1", _person(), at)], at=at)
    Message.objects.filter(key="b:1:1").update(address="anna@example.org", handed_us=at, state=3)
    return Message.objects.get(key="b:1:1")


def test_somebody_joins_chooses_and_leaves(visitor, at):
    _join(visitor)
    assert consent_state([_person()])[_person()]["soccer", "email"] == "granted"
    message = _message(at)
    visitor.goto(links.preferences_url(message.id))
    _come_in(visitor)
    visitor.get_by_label("Running").check()
    visitor.get_by_label("At most once a month").check()
    visitor.get_by_role("button", name="Save").click()
    visitor.get_by_text("Saved. It counts at once.").wait_for()
    assert consent_state([_person()])[_person()]["running", "email"] == "granted"
    visitor.goto(links.unsubscribe_url(message.id))
    visitor.get_by_label("Only messages about Soccer").check()
    visitor.get_by_role("button", name="Unsubscribe").click()
    visitor.get_by_text("You will hear no more about Soccer.").wait_for()
    assert consent_state([_person()])[_person()]["soccer", "email"] == "withdrawn"


def test_a_mistyped_address_is_said_beside_the_line_and_nothing_is_lost(visitor):
    visitor.get_by_label("E-mail address").fill("anna@")
    visitor.get_by_label("Name", exact=True).fill("Anna")
    visitor.get_by_role("button", name="Sign me up").click()
    visitor.get_by_role("alert").get_by_text("check it").wait_for()
    assert visitor.get_by_label("Name", exact=True).input_value() == "Anna"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_customers_pages_can_be_read_by_everybody(visitor, at, width, scheme):
    visitor.set_viewport_size(WIDTHS[width])
    visitor.emulate_media(color_scheme=scheme)
    start = visitor.url
    _join(visitor)
    message = _message(at)
    visitor.goto(links.preferences_url(message.id))
    _come_in(visitor)
    pages = {"preferences": visitor.url, "join": start, "unsubscribe": links.unsubscribe_url(message.id),
             "ask": links.preferences_url(message.id)}  # fmt: skip
    for name, address in pages.items():
        visitor.goto(address)
        if folder := os.environ.get("REGULARS_SHOTS"):
            visitor.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
        assert (too_wide(visitor), faults(visitor)) == (0, []), name
