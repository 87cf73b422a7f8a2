"""A person draws a journey: takes steps in at a plus, changes them, rehearses, publishes, sees who stands where."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from regulars.core.clock import now_us
from regulars.journeys import actions
from regulars.journeys.models import Journey
from regulars.journeys.tests.cast import did, live, settle, someone, template
from tests.browser.checks import LOOKS, faults, too_wide
from tests.browser.conftest import WIDTHS

SHOTS = os.environ.get("REGULARS_SHOTS", "")
VIP = {"all": [{"event": "Order Completed", "op": ">=", "value": 2}]}


def add(tab, place: int, what: str) -> None:
    """Press the plus of that number and choose what happens there."""
    tab.get_by_role("link", name="Add a step here").nth(place).click()
    tab.get_by_role("button", name=what).click()
    expect(tab.locator("#panel-form")).to_be_visible()


def keep(tab) -> None:
    """Keep the step, and wait until the page says so: what is pressed before is overtaken by its answer."""
    tab.get_by_role("button", name="Keep").click()
    expect(tab.locator("#panel-form [role=status]")).to_contain_text("Kept in the draft.")


def test_somebody_draws_a_journey_and_publishes_it(tab):
    template("Hello")
    tab.goto(reverse("web:journeys"))
    tab.get_by_role("button", name="New journey").click()
    tab.get_by_label("What it is called").fill("First steps")
    tab.get_by_role("button", name="Begin").click()
    tab.wait_for_url(re.compile(r"/journeys/\d+/edit$"))
    add(tab, 0, "Send a message")
    tab.get_by_label("Message").select_option("Hello")
    keep(tab)
    expect(tab.locator(".step.send")).to_contain_text("Hello")
    add(tab, 1, "Wait for an event")
    keep(tab)
    expect(tab.locator(".limb")).to_have_count(2)
    tab.locator(".limb").nth(1).get_by_role("link", name="Add a step here").first.click()
    tab.get_by_role("button", name="Ask a colleague").click()
    expect(tab.locator(".step.ask .fault")).to_contain_text("Give what to do")
    tab.get_by_label("What to do").fill("Call them")
    keep(tab)
    expect(tab.locator(".step.ask .fault")).to_have_count(0)
    add(tab, 0, "Branch on a condition")
    tab.get_by_role("button", name="What they did").click()
    expect(tab.locator("#panel-form fieldset.node")).to_have_count(2)
    keep(tab)
    tab.locator("#page").get_by_role("link", name="Publish").click()
    tab.get_by_role("button", name="Publish version 1").click()
    tab.wait_for_url(re.compile(r"/journeys/\d+$"))
    made = Journey.objects.get(name="First steps")
    assert [step["kind"] for step in made.draft["steps"]] == ["branch", "send", "wait_event"]
    assert (made.live_version, len(made.draft["steps"][0]["condition"]["all"])) == (1, 2)


def test_the_editor_works_by_keyboard_alone(tab):
    made = actions.create_journey(name="Keys", by="user:1", at=now_us())
    tab.goto(reverse("web:journey_edit", args=[made.id]))
    tab.get_by_role("link", name="Add a step here").focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Send a message")).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(tab.locator(".step.wait")).to_contain_text("1 day")
    made.refresh_from_db()
    assert [step["kind"] for step in made.draft["steps"]] == ["wait"]


def shop() -> Journey:
    """A journey with people inside at several steps, and a changed draft."""
    at, text = now_us(), template("Welcome: hello")
    branch = {"id": "b", "kind": "branch", "condition": VIP,
              "yes": [{"id": "v", "kind": "send", "template": text, "title": "For our best"}],
              "no": [{"id": "r", "kind": "random", "ways": [
                  {"share": 30, "steps": [{"id": "s2", "kind": "send", "template": text}]},
                  {"share": 70, "steps": []}]}]}  # fmt: skip
    waits = {"id": "w", "kind": "wait_event", "event": "Order Completed", "within_days": 3,
             "yes": [{"id": "g", "kind": "goal"}],
             "no": [{"id": "u", "kind": "wait_until", "time": "10:00", "weekdays": [1, 3]},
                    branch,
                    {"id": "q", "kind": "ask", "text": "Ask how the boots fit", "wait_days": 5}]}  # fmt: skip
    first = {"id": "s1", "kind": "send", "template": text}
    start = {"kind": "event", "event": "Signed Up"}
    tree = {"start": start, "goal": {"event": "Product Reviewed"}, "steps": [first, waits]}
    day = 86_400_000_000
    made = live(tree, at - 30 * day, name="Welcome", holdout=0.1, description="Greets whoever signs up")
    for n in range(24):
        person = someone(f"p{n}", at, name=f"Person {n}")
        did(person, "Signed Up", at - (n % 12) * day // 2)
        if n % 5 == 0:
            did(person, "Order Completed", at - (n % 12) * day // 2 + day // 4)
    for back in (7, 5, 3, 2, 1, 0):
        settle(at - back * day)
    changed = {**tree, "steps": [*tree["steps"], {"id": "n", "kind": "fact", "name": "welcomed", "value": True}]}
    actions.save_draft(journey_id=made.id, tree=changed, by="user:1", at=at)
    return made


def test_every_page_of_journeys_fits_and_has_no_serious_fault(tab):
    made = shop()
    here, edit = reverse("web:journey", args=[made.id]), reverse("web:journey_edit", args=[made.id])
    pages = {
        "list": reverse("web:journeys"), "tree": here, "people": here + "?tab=people",
        "versions": here + "?tab=versions", "settings": here + "?tab=settings", "editor": edit,
        "step": edit + "?step=b", "start": edit + "?step=start",
        "goal": edit + "?step=goal", "add": edit + "?add=root:1", "until": edit + "?step=u",
        "publish": reverse("web:journey_publish", args=[made.id]),
        "rehearsal": reverse("web:journey_rehearse", args=[made.id]) + "?try=30",
    }  # fmt: skip
    found = {}
    for name, address in pages.items():
        answer = tab.goto(address)
        found[name] = [] if answer.status == 200 else [f"status {answer.status}"]
        for size, theme in LOOKS:
            tab.set_viewport_size(WIDTHS[size])
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found[name] += [f"{size}, {theme}: {fault}" for fault in faults(tab)]
            if (wider := too_wide(tab)) > 0:
                found[name].append(f"{size}: {wider} pixels wider than the screen")
            if SHOTS:
                tab.screenshot(path=Path(SHOTS) / f"{name}-{size}-{theme}.png", full_page=size == "wide")
    assert {name: problems for name, problems in found.items() if problems} == {}
