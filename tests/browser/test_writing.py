"""A person writes a template, sees it as a customer, mends a fault, publishes; by mouse, keyboard, without script."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import expect

from regulars.content.models import Template, TemplateVersion
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS, _sign_in
from tests.browser.shop import open_shop


def begin(tab, start: str = "Empty") -> None:
    tab.goto(reverse("web:template_new"))
    tab.get_by_label("Name", exact=True).fill("Spring")
    tab.get_by_label(f"{start}: ", exact=False).check()
    tab.get_by_role("button", name="Write").click()
    tab.wait_for_url("**/edit")


def message(tab):
    return tab.frame_locator("#look-frame")


def draft() -> dict:
    return Template.objects.get(name="Spring").draft["en"]


def test_somebody_writes_looks_and_publishes(tab):
    open_shop(people=20)
    begin(tab)
    expect(tab.locator(".bench nav .on")).to_have_text("en")
    tab.get_by_label("Subject").fill("Spring is here")
    tab.get_by_label("Heading", exact=True).first.fill("New boots")
    expect(message(tab).get_by_role("heading", name="New boots")).to_be_visible()
    words = tab.locator("textarea[data-markdown]").first
    words.click()
    words.press_sequentially("Hi {{ first")
    tab.keyboard.press("Enter")
    tab.keyboard.type("you")
    assert words.input_value() == 'Hi {{ person.first_name | default: "you" }}'
    expect(message(tab).get_by_text("Hi you")).to_be_visible()
    person = tab.locator("#look-person option").nth(1)
    tab.locator("#look-person").select_option(person.get_attribute("value"))
    expect(message(tab).get_by_text(re.compile(r"Hi (?!you)\w+"))).to_be_visible()
    tab.get_by_role("button", name="Button", exact=True).click()
    expect(tab.locator(".block")).to_have_count(4)
    tab.get_by_role("button", name="Publish").click()
    expect(tab.get_by_text("Not published.")).to_be_visible()
    expect(tab.get_by_text("Say what the button does.").first).to_be_visible()
    tab.get_by_label("Label", exact=True).fill("Look")
    tab.get_by_label("Leads to").fill("https://shop.example/")
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url(re.compile(r"/library/\d+$"))
    assert "shop.example" in TemplateVersion.objects.get().compiled["en"]["html"]
    expect(tab.get_by_text("Version 1 is published")).to_be_visible()


def test_blocks_move_by_keyboard_and_mouse_and_undo_brings_them_back(tab):
    begin(tab)
    kinds = lambda: [block["kind"] for block in draft()["source"]]  # noqa: E731
    tab.get_by_role("button", name="Move Text up").press("Enter")
    expect(tab.locator(".block").first).to_contain_text("Text")
    assert kinds() == ["text", "heading", "footer"]
    tab.set_viewport_size({"width": 1600, "height": 1800})
    tab.locator(".grip").nth(2).hover()
    tab.mouse.down()
    for y in (20, 4):
        tab.locator(".block").first.hover(position={"x": 90, "y": y})
    tab.mouse.up()
    expect(tab.locator(".block").first).to_contain_text("Footer")
    assert kinds() == ["footer", "text", "heading"]
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator(".block").first).to_contain_text("Text")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator(".block").first).to_contain_text("Heading")
    assert kinds() == ["heading", "text", "footer"]


def test_the_editor_works_without_script(chromium, live_server, owner):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    _sign_in(context, owner, live_server.url)
    page = context.new_page()
    begin(page, "Welcome")
    page.get_by_role("button", name="Line", exact=True).click()
    expect(page.locator(".block")).to_have_count(6)
    page.locator("[id='b-3.href']").fill("https://shop.example/")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/library/\d+$"))
    assert TemplateVersion.objects.exists()
    context.close()


def test_the_editor_and_a_template_fit_every_screen_and_have_no_serious_fault(tab):
    begin(tab, "Newsletter")
    edit, problems = tab.url, []
    tab.get_by_label("Leads to").fill("https://shop.example/")
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url(re.compile(r"/library/\d+$"))
    for address in (tab.url, edit, reverse("web:block_new")):
        tab.goto(address)
        for size in WIDTHS:
            for theme in ("light", "dark"):
                tab.set_viewport_size(WIDTHS[size])
                tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
                problems += [f"{address} {size} {theme}: {fault}" for fault in faults(tab)]
                problems += [f"{address} {size}: too wide"] if too_wide(tab) > 0 else []
    assert problems == []
