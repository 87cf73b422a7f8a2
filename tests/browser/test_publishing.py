"""Somebody writes a post, sees how it looks, plans it, moves it with the keyboard, and stops everything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from regulars.core.clock import DAY, now_us
from regulars.core.models import Business
from regulars.social.actions import handing, ruling
from regulars.social.models import Plan, Variant
from regulars.social.publishing.clock import local_of
from regulars.social.tests.press import account, use_networks
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS

PAGES = ("publish", "publish_new", "publish_waiting", "publish_ideas", "publish_queues", "publish_series",
         "publish_drives", "publish_formats", "publish_rules", "social", "social_people")  # fmt: skip


@pytest.fixture
def networks(monkeypatch, owner):
    use_networks(monkeypatch)
    return account(), account("beta", "Northgate Beta")


def soon(days: int) -> str:
    """Noon, so that a day added or taken stays in the future at any hour of the test."""
    return local_of(now_us() + days * DAY, Business.load().timezone)[:11] + "12:00"


def test_a_post_is_written_seen_planned_moved_and_everything_stopped(tab, networks):
    tab.goto(reverse("web:publish_new"))
    tab.locator("input[name=title]").fill("Boots")
    tab.locator("textarea[name=text]").fill("x" * 305)
    expect(tab.locator("#previews")).to_contain_text("5 signs too long")
    tab.locator("textarea[name=text]").fill("New boots: https://shop.example/boots")
    expect(tab.locator("#previews")).not_to_contain_text("too long")
    tab.get_by_role("button", name="Save").click()
    tab.get_by_label("On the shop's clock").fill(soon(8))
    tab.get_by_role("button", name="Plan it").click()
    expect(tab.locator(".head")).to_contain_text("planned")
    tab.goto(f"{reverse('web:publish')}?view=week&day={soon(8)[:10]}")
    tab.locator("[data-plan]").first.press("Alt+ArrowRight")
    expect(tab.locator(".toast")).to_contain_text("Moved to")
    day = (date.fromisoformat(soon(8)[:10]) + timedelta(days=1)).isoformat()
    assert {one.local for one in Variant.objects.all()} == {f"{day}T12:00"}
    tab.get_by_role("button", name="Stop everything").click()
    expect(tab.locator(".brake")).to_contain_text("1 planned post waits")
    assert not handing.hand_over_due(at=now_us() + 20 * DAY)
    tab.get_by_role("button", name="Let posts go out again").click()
    expect(tab.locator("main")).to_contain_text("Do they still stand?")
    tab.get_by_role("button", name="It stands").click()
    expect(tab.locator("main")).not_to_contain_text("Do they still stand?")
    assert Plan.objects.get().stood_by


def test_a_day_is_said_in_words_and_a_table_becomes_cards_on_a_telephone(tab, networks, owner):
    ruling.keep_drive(name="Autumn on wet pitches", objective="retain", begins="2026-11-03", by=owner.by, at=now_us())
    tab.set_viewport_size(WIDTHS["narrow"])
    tab.goto(reverse("web:publish_drives"))
    campaigns = tab.locator("table.stacked")
    expect(campaigns.get_by_role("cell", name="keeping customers")).to_be_visible()
    assert campaigns.evaluate("t => t.parentElement.scrollWidth <= t.parentElement.clientWidth")
    assert faults(tab) == [] and too_wide(tab) <= 0
    tab.locator("input[type=date]").first.fill("2026-11-03")
    expect(tab.locator(".in-words").first).to_have_text("Tue, 3 November 2026")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_reachable_for_everybody_and_fits(tab, networks, width):
    tab.set_viewport_size(WIDTHS[width])
    for page in PAGES:
        tab.goto(reverse(f"web:{page}"))
        assert faults(tab) == [], page
        assert too_wide(tab) <= 0, page
