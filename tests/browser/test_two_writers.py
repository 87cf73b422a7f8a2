"""Two people at one text and one journey, undo by keyboard, and pages that must fit a phone."""

from __future__ import annotations

import os
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from regulars.content import actions as content
from regulars.content.tests.test_actions import png
from regulars.core.clock import now_us
from regulars.journeys import actions as journeys
from regulars.journeys.models import Journey
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS

SHOTS = os.environ.get("REGULARS_SHOTS", "")
BLOCKS = [
    {"kind": "heading", "text": "Autumn", "level": 1, "align": "left"},
    {"kind": "products", "what": "bought", "title": "You bought", "most": 3},
    {"kind": "text", "text": 'Dance {{ dance.step | default: "a waltz" }}', "size": "normal", "align": "left"},
    {"kind": "footer", "text": "Northgate"},
]


def look(tab, name: str) -> None:
    """No serious fault, nothing wider than the screen, on a computer and a phone."""
    for size in ("wide", "narrow"):
        tab.set_viewport_size(WIDTHS[size])
        assert too_wide(tab) <= 0, (name, size)
        if not tab.locator("iframe").count():  # a frame that may do nothing lets nobody look at it
            assert faults(tab) == [], (name, size)
        if SHOTS:
            tab.screenshot(path=Path(SHOTS) / f"{name}-{size}.png", full_page=True)
    tab.set_viewport_size(WIDTHS["wide"])


def test_the_second_writer_sees_both_texts_and_keeps_theirs(tab):
    at = now_us()
    text = {"subject": "Autumn", "preheader": "", "format": "blocks", "source": BLOCKS}
    made = content.create_template(name="Autumn", draft={"en": text}, by="user:1", at=at)
    tab.goto(reverse("web:template_edit", args=[made.id]))
    expect(tab.locator("#look-envelope")).to_contain_text("nothing here brings")
    look(tab, "writing")
    theirs = {**text, "subject": "Anns subject"}
    content.save_draft(template_id=made.id, language="en", variant=theirs, by="user:99", at=at + 1)
    tab.get_by_label("Subject", exact=True).fill("My subject")
    expect(tab.locator("#beside")).to_contain_text("changed this text")
    tab.get_by_role("button", name="See the difference").click()
    expect(tab.locator("#beside del")).to_contain_text("Anns subject")
    look(tab, "conflict")
    tab.get_by_role("button", name="Keep mine").click()
    expect(tab.locator("#beside")).not_to_contain_text("changed this text")
    tab.get_by_label("Preview text").fill("More")
    expect(tab.locator("#beside .stamp[data-overtaken]")).to_have_count(0)
    made.refresh_from_db()
    assert made.draft["en"]["subject"] == "My subject"


def test_a_journey_is_undone_by_keyboard_and_two_people_are_told(tab):
    tree = {"start": {"kind": "manual"}, "steps": [{"id": "q", "kind": "ask", "text": "Call them"}]}
    made = journeys.create_journey(name="Welcome", tree=tree, by="user:1", at=now_us())
    tab.goto(reverse("web:journey_edit", args=[made.id]))
    tab.get_by_role("link", name="Add a step here").first.click()
    tab.get_by_role("button", name="Leave the journey").click()
    expect(tab.locator(".step.exit")).to_have_count(1)
    tab.locator("h1").click()
    tab.keyboard.press("Control+z")
    expect(tab.locator(".step.exit")).to_have_count(0)
    tab.keyboard.press("Control+Shift+Z")
    expect(tab.locator(".step.exit")).to_have_count(1)
    tab.locator(".step.ask a").click()
    tab.get_by_label("What to do").fill("My words")
    changed = Journey.objects.get().draft
    changed["steps"] = [{**s, "text": "Their words"} if s["id"] == "q" else s for s in changed["steps"]]
    journeys.save_draft(journey_id=made.id, tree=changed, by="user:99", at=now_us())
    tab.get_by_role("button", name="Keep", exact=True).click()
    expect(tab.locator("#panel-form")).to_contain_text("Their words")
    look(tab, "journey-conflict")
    tab.get_by_role("button", name="Keep", exact=True).click()
    expect(tab.locator(".step.ask")).to_contain_text("My words")
    tab.goto(reverse("web:journey_edit", args=[made.id]) + "?step=goal")
    tab.get_by_label("They", exact=True).select_option("condition")
    expect(tab.locator("#panel-form fieldset.node")).to_have_count(1)
    look(tab, "journey-goal")


def test_pictures_fit_a_phone(tab):
    for n in (3, 4):
        content.add_picture(data=png(n, 2), name=f"a very long name of a picture {n}.png", by="user:1", at=now_us())
    tab.goto(reverse("web:pictures"))
    look(tab, "pictures")
    tab.goto(reverse("web:broadcast_new"))
    expect(tab.get_by_label("Day and time")).to_be_hidden()
    tab.get_by_label("At one moment").check()
    expect(tab.get_by_label("Day and time")).to_be_visible()
    look(tab, "compose")
