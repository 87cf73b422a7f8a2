"""A statement is written, the gate is tried, a lesson is passed, a crisis is practised; every page fits."""

from __future__ import annotations

import os

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from regulars.content.clearing import actions as clearing
from regulars.content.clearing import queries as cleared
from regulars.content.factbase import actions as facts
from regulars.content.factbase.actions import Wording
from regulars.content.honesty import examine
from regulars.core.clock import DAY, HOUR, now_us
from regulars.team import actions as team
from regulars.team.drills import actions as drills
from regulars.team.models import Drill, Lesson
from regulars.team.policy import actions as policy
from regulars.team.policy.parts import starting_parts
from regulars.team.training import actions as training
from regulars.team.training.ready import READY
from tests.browser.checks import LOOKS, faults, too_wide
from tests.browser.conftest import WIDTHS

SAID = (
    (
        "fact",
        Wording(text="Our hiking boots are waterproof.", source="Lab 12", about="product", subject="Boots"),
    ),
    ("fact", Wording(text="Delivery within the UK usually takes 2 to 3 working days.", source="Contract, page 4")),
    (
        "article",
        Wording(title="Sealing a tent seam", text="Dry the tent. Brush sealer on the seam.", source="Workshop"),
    ),
    (
        "option",
        Wording(title="Seam sealer", text="Closes a leaking seam.", source="Maker", where="Mill Lane, shelf 4"),
    ),
)


@pytest.fixture
def shop(owner):
    """Statements in force, ending, waiting and sent back; lessons, the policy, a practice that was played."""
    at = now_us()
    mia = team.add_member(email="mia@example.com", name="Mia", role="marketer", by="system", at=at)
    ari = team.add_member(email="ari@example.com", name="Ari", role="agent", by="system", at=at)
    made = [facts.write(kind=kind, wording=said, owner=mia.by, by=mia.by, at=at - 9 * DAY) for kind, said in SAID]
    for one in made[:3]:
        facts.approve(statement_id=one.id, number=1, by=owner.by, at=at - 8 * DAY)
    ends = Wording(
        text="The climbing wall is closed because its floor broke.", source="Landlord", expires_us=at + DAY
    )
    wall = facts.write(kind="fact", wording=ends, owner=owner.by, by=ari.by, at=at - DAY)
    facts.approve(statement_id=wall.id, number=1, by=mia.by, at=at - DAY)
    text = "Our hiking boots are waterproof. It is all fixed."
    examination = examine(text, cleared.context_for(text, at=at, by=ari.by))
    kept = clearing.clear(examination=examination, origin="case:1", by=ari.by, at=at)
    clearing.overrule(clearance_id=kept["clearance"], reason="I tried the checkout myself.", by=mia.by, at=at)
    training.take_ready_made(keys=[one.key for one in READY], by=owner.by, at=at)
    training.ask_for_training(needed=True, by=owner.by, at=at)
    training.grant(user_id=ari.id, days=5, why="First week, sits beside Mia", by=owner.by, at=at)
    for lesson in Lesson.objects.all():
        right = [one["right"] for one in lesson.questions]
        training.take_test(user_id=mia.id, lesson_id=lesson.id, answers=right, at=at)
    policy.publish_policy(parts=starting_parts(), changed="", again=True, by=owner.by, at=at - HOUR)
    policy.acknowledge(user_id=mia.id, number=1, at=at)
    drill = drills.begin_drill(scenario="late-parcel", user_id=ari.id, at=at - HOUR)
    found = [{"weight": "change", "says": "This puts the blame.", "do": "Say what now.", "start": 0, "end": 10}]
    for turn in range(2):
        drills.answer_drill(drill_id=drill.id, turn=turn, text="You should", verdict="change", findings=found, at=at)
    drills.begin_drill(scenario="small-crisis", user_id=owner.id, at=at)
    return made


def test_a_statement_is_written_and_a_text_is_tried(tab, shop):
    tab.goto(reverse("web:facts"))
    tab.get_by_role("link", name="Write a statement").click()
    tab.get_by_label("What is so").fill("The shop opens at 9:00.")
    tab.get_by_label("How we know").fill("The sign at the door")
    tab.get_by_role("button", name="Save, and let somebody approve it").click()
    expect(tab.get_by_text("You wrote it: somebody else checks it")).to_be_visible()
    tab.goto(reverse("web:facts"))
    tab.get_by_role("link", name="Check a text").click()
    tab.get_by_label("What we answer").fill("You should have looked. The shop opens at 9:00.")
    tab.get_by_role("button", name="Check").click()
    expect(tab.get_by_text("Has to be changed")).to_be_visible()
    expect(tab.locator("mark").first).to_have_text("You should have")


def test_a_colleagues_statement_is_approved_and_another_sent_back(tab, shop):
    tab.goto(reverse("web:facts") + "?box=review")
    tab.get_by_role("link", name="Seam sealer").click()
    tab.get_by_role("button", name="Send it back").click()
    tab.get_by_label("What is wrong with it").fill("Shelf 4 holds ropes.")
    tab.get_by_role("dialog").get_by_role("button", name="Send it back").click()
    expect(tab.get_by_text("Sent back to who wrote it.")).to_be_visible()


def test_a_lesson_is_failed_and_then_passed(tab, shop):
    lesson = Lesson.objects.get(key="in-public")
    tab.goto(reverse("web:lesson", args=[lesson.id]))
    tab.get_by_role("button", name="That is my answer").click()
    tab.get_by_role("link", name="Try again").click()
    for place, one in enumerate(lesson.questions):
        for right in one["right"]:
            tab.locator(f"input[name=q{place}][value='{right}']").check()
    tab.get_by_role("button", name="That is my answer").click()
    expect(tab.get_by_text("Passed: 4 of 4 right.")).to_be_visible()


def test_a_message_of_a_crisis_is_answered_in_practice(tab, shop, owner):
    drill = Drill.objects.get(user_id=owner.id)
    tab.goto(reverse("web:drill", args=[drill.id]))
    expect(tab.get_by_text("PRACTICE: nothing is sent")).to_be_visible()
    tab.get_by_label("Your public answer").fill("We are sorry if you feel that way.")
    tab.get_by_role("button", name="Answer").click()
    expect(tab.get_by_text("This sounds like an apology and is none")).to_be_visible()


def test_pages_fit_and_have_no_serious_fault(tab, shop):
    lesson, played = Lesson.objects.first(), Drill.objects.get(scenario="late-parcel")
    going = Drill.objects.get(scenario="small-crisis")
    pages = [reverse("web:facts") + f"?box={box}" for box in ("force", "review", "ending", "retired")]
    names = ["fact_new", "facts_check", "facts_passed", "policy", "policy_write", "training", "lesson_new"]
    names += ["drills", "standing"]
    pages += [reverse(f"web:{name}") for name in names]
    pages += [reverse("web:fact", args=[shop[0].id]), reverse("web:fact", args=[shop[3].id])]
    pages += [reverse("web:lesson", args=[lesson.id]), reverse("web:lesson_edit", args=[lesson.id])]
    pages += [reverse("web:drill", args=[played.id]), reverse("web:drill", args=[going.id])]
    found = {}
    for address in pages:
        found[address] = [] if tab.goto(address).status == 200 else ["not there"]
        for size, theme in LOOKS:
            tab.set_viewport_size(WIDTHS[size])
            tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found[address] += [f"{size}, {theme}: {fault}" for fault in faults(tab)]
            if (wider := too_wide(tab)) > 0:
                found[address].append(f"{size}: {wider} pixels wider than the screen")
            _picture(tab, address, size, theme)
    assert {address: problems for address, problems in found.items() if problems} == {}


def _picture(tab, address, size, theme):
    if folder := os.environ.get("HONEST_SHOTS"):
        name = address.strip("/").replace("/", "_").replace("?", "_").replace("=", "")[:40]
        tab.screenshot(path=f"{folder}/{name}-{size}-{theme}.png", full_page=True)
