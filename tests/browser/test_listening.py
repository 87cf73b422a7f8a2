"""What a person does with listening: writes a query and sees what it finds, reads an alert, says how a text feels."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from regulars.core.clock import HOUR, MINUTE, now_us
from regulars.core.signals import send
from regulars.inbox.understanding.models import Reading
from regulars.inbox.understanding.signals import ItemsRead
from regulars.social.actions.alerts import watch
from regulars.social.actions.mentions import items_changed
from regulars.social.models import Topic
from regulars.social.tests.hearing import Item, account, fields, listen
from tests.browser.checks import faults, too_wide


def said(now: int) -> None:
    where = account()
    rows = [Item(**fields(where, f"p{n % 30}", "northgate is nice", now - n * HOUR)) for n in range(2, 400)]
    rows += [Item(**fields(where, f"x{n}", f"northgate: card declined twice {n}", now - 40 * MINUTE + n * MINUTE))
             for n in range(20)]  # fmt: skip
    items = [item.id for item in Item.objects.bulk_create(rows)]
    read = {"feels": "negative", "predicted": "negative", "source": "model", "version": "x", "digest": 1, "lot": 1}
    Reading.objects.bulk_create([Reading(item_id=n, at=now, **read) for n in items], ignore_conflicts=True)
    items_changed(item_ids=items)
    send(ItemsRead(tuple(items), now))


def test_a_topic_is_tried_made_and_read(tab):
    now = now_us()
    said(now)
    tab.goto("/listening/new")
    tab.fill("#name", "Northgate")
    tab.fill("#query", "northgate AND (")
    tab.locator("mark").wait_for()
    expect(tab.locator("[role=alert]")).to_contain_text("Something is missing")
    tab.fill("#query", "northgate")
    tab.get_by_text("It finds 418 mentions").wait_for()
    tab.click("button.primary")
    tab.wait_for_url(re.compile(r"/listening/\d+/?$"))
    listen(now)
    watch(at=now)
    number = Topic.objects.get().id
    tab.goto(f"/listening/{number}/mentions?feels=negative&days=7")
    tab.locator("summary", has_text="right?").first.click()
    tab.get_by_role("button", name="positive").first.click()
    tab.get_by_text("it counts at once").wait_for()
    for address in ("/listening", f"/listening/{number}", "/listening/alerts", f"/listening/{number}/pains"):
        tab.goto(address)
        assert faults(tab) == [] and too_wide(tab) <= 0, address
    tab.goto("/listening")
    tab.get_by_role("link", name="20 people in an hour").click()
    tab.get_by_text("Was this useful?").wait_for()
    assert faults(tab) == []
    tab.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(tab) <= 0
