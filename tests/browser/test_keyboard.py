"""What works from the keyboard and without a mouse, on every page."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, WIDTHS
from tests.browser.shop import open_shop


def test_a_slash_begins_a_search(tab):
    tab.goto(reverse("web:today"))
    tab.keyboard.press("/")
    expect(tab.locator("#search")).to_be_focused()
    tab.keyboard.type("nobody at all")
    expect(tab.locator("#search")).to_have_value("nobody at all")


def test_a_question_mark_shows_the_shortcuts_and_escape_closes_them(tab):
    tab.goto(reverse("web:today"))
    tab.keyboard.press("?")
    expect(tab.locator("#shortcuts")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("#shortcuts")).not_to_be_visible()


def test_the_first_tab_stop_skips_to_the_content(tab):
    tab.goto(reverse("web:today"))
    tab.keyboard.press("Tab")
    expect(tab.locator(".skip")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#page")).to_be_focused()


def test_j_walks_down_a_list_and_enter_opens_the_row(tab):
    open_shop(people=20)
    tab.goto(reverse("web:people"))
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    second = tab.locator("tbody tr").nth(1).locator("a").first
    href = second.get_attribute("href")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{href}")


def test_on_a_small_screen_more_opens_every_place(tab):
    tab.set_viewport_size(WIDTHS["narrow"])
    tab.goto(reverse("web:today"))
    settings = tab.locator(".rail").get_by_role("link", name="Settings")
    expect(settings).not_to_be_visible()
    tab.get_by_role("button", name="More").click()
    settings.click()
    tab.wait_for_url("**/settings")


def test_touch_targets_are_large_on_a_small_screen(tab):
    tab.set_viewport_size(WIDTHS["narrow"])
    tab.goto(reverse("web:settings"))
    heights = tab.locator("main button, main input:not([type=radio]), main select, .bottom .to").evaluate_all(
        "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 8
    assert min(heights) >= 44


def test_the_theme_switch_is_remembered(tab):
    tab.emulate_media(color_scheme="light")
    tab.goto(reverse("web:today"))
    tab.get_by_role("button", name="Light or dark").click()
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
    tab.goto(reverse("web:people"))
    expect(tab.locator("html")).to_have_attribute("data-theme", "dark")


def test_somebody_signs_in_with_the_form(chromium, live_server, owner):
    context = chromium.new_context(base_url=live_server.url)
    page = context.new_page()
    page.goto("/people")
    page.get_by_label("E-mail").fill(owner.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"^[^?]*/people$"))
    expect(page.locator(".rail")).to_be_visible()
    context.close()


def test_a_page_without_script_still_opens_dialogs_and_menus(chromium, live_server, owner):
    from tests.browser.conftest import _sign_in

    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport=WIDTHS["narrow"])
    _sign_in(context, owner, live_server.url)
    page = context.new_page()
    page.goto(reverse("web:today"))
    page.get_by_role("button", name="More").click()
    page.locator(".rail").get_by_role("link", name="Settings").click()
    page.wait_for_url("**/settings")
    context.close()
