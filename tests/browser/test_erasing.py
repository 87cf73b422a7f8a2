"""Erasing a visitor who is in no list, by the menu of their conversation."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from regulars.channels.networks.accounts import connect
from regulars.channels.networks.models import Item
from regulars.channels.networks.reading import hear
from regulars.channels.networks.shape import Heard, Seen, Who
from regulars.core.clock import MINUTE, now_us
from regulars.inbox.actions.taking import take_items
from regulars.inbox.models import Case
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS


@pytest.fixture
def case(transactional_db, business):
    """A visitor of the chat box wrote."""
    at = now_us() - 5 * MINUTE
    box = connect(kind="box", values={"slug": "help", "headline": "How can we help?"}, by="user:1", at=at)
    about = {"public": False, "to_us": True, "thread": "talk:1"}
    item = Seen("talk:1/1", "chat", at, Who("talk:1", name="Anna"), "Please forget that I asked.", **about)
    hear(account_id=box.id, heard=Heard((item,)), at=at)
    while take_items(at):
        pass
    return Case.objects.get()


@pytest.mark.parametrize("width", WIDTHS)
def test_who_wrote_is_erased_with_a_reason_and_nothing_is_left_to_read(tab, case, width):
    tab.set_viewport_size(WIDTHS[width])
    tab.goto(f"/inbox/{case.id}")
    more = tab.locator("#talk .toolbar details.menu").filter(has_text="Erase who wrote this")
    more.locator("summary").click()
    more.get_by_role("link", name="Erase who wrote this").click()
    tab.wait_for_url("**/erase")
    expect(tab.locator("h1")).to_contain_text("Erase Anna?")
    assert faults(tab) == [] and too_wide(tab) <= 0
    tab.get_by_label("They asked to be erased").check()
    tab.get_by_role("button", name="Erase for ever").click()
    tab.wait_for_url("**/inbox")
    expect(tab.locator("body")).to_contain_text("erased")
    assert Item.objects.get().text == ""
