"""Somebody makes a survey, a customer answers with one click and a button, a colleague closes the case."""

from __future__ import annotations

import random

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from regulars.core.clock import DAY, HOUR, now_us
from regulars.feedback import actions as feedback
from regulars.feedback import links
from regulars.feedback.coding.learning import code_everything
from regulars.feedback.models import Invitation, Response, Said, Survey
from regulars.inbox.actions import close, open_case, write_answer
from regulars.inbox.models import Case
from regulars.team.models import User
from regulars.web.tests.talk import person
from tests.browser.checks import LOOKS, faults, too_wide
from tests.browser.conftest import WIDTHS

BAD = (
    "The parcel came two weeks late",
    "Nobody answered my mail about the late delivery",
    "The zip broke on day one",
)
GOOD = ("Lovely people in the shop", "They found me the right boots", "Friendly staff, good advice")


@pytest.fixture
def heard(owner) -> Survey:
    """Sixty people were asked over ten weeks; forty answered, some with a word; topics, cases, one overdue."""
    at, rng = now_us(), random.Random(5)
    User.objects.create_user("ann@example.com", name="Ann Agent", role="agent")
    begin = at - 70 * DAY
    survey = feedback.create_survey(
        name="After a purchase", kind="nps", by="system", at=begin, open_link=True, rest_days=1,
        review_links=[{"label": "Our page of reviews", "url": "https://reviews.example/northgate"}],
    )  # fmt: skip
    feedback.start_survey(survey_id=survey.id, by="system", at=begin)
    feedback.save_topic(name="Delivery", words="late\nparcel\ndelivery", by="system", at=begin)
    feedback.save_topic(name="Staff", words="people\nstaff\nthey", by="system", at=begin)
    for n in range(60):
        when = begin + n * DAY
        who = person(f"Guest {n}", when)
        one = feedback.invite_here(survey_id=survey.id, node_id=who, occasion="demo", channel="email", at=when)
        if n % 3:
            score = rng.choice((9, 10, 10, 8, 7, 3, 1) if n < 40 else (9, 10, 5, 2, 3))
            said = {"score": str(score)}
            feedback.answer(invitation_id=one, said=said, at=when + HOUR)
            words = {"wrong": rng.choice(BAD)} if score < 7 else {"why": rng.choice(GOOD)}
            feedback.answer(invitation_id=one, said=words, at=when + HOUR)
    code_everything(at=at)
    for case in Case.objects.order_by("id")[:6]:
        write_answer(case_id=case.id, text="We called.", way="phone", by=owner.by, at=case.opened_us + HOUR)
        close(case_id=case.id, outcome="recovered", by=owner.by, at=case.opened_us + 2 * HOUR)
    open_case(origin="x:1", kind="task", title="Write a card", node_id=None, owner=owner.by, at=at)
    return survey


def test_somebody_makes_a_survey_and_starts_it(tab, owner):
    tab.goto(reverse("web:surveys"))
    tab.get_by_role("link", name="New survey").first.click()
    tab.get_by_label("Name", exact=True).fill("After a visit")
    tab.get_by_role("button", name="Make it").click()
    expect(tab.get_by_role("heading", name="After a visit")).to_be_visible()
    tab.get_by_label("In en").first.fill("Would you tell a friend about us?")
    tab.get_by_label("Anybody who has the link may answer").check()
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_text("is asked like this")).to_be_visible()
    tab.get_by_role("link", name="What they say").click()
    tab.get_by_role("button", name="Start").click()
    expect(tab.get_by_text("It runs.")).to_be_visible()
    survey = Survey.objects.get()
    assert survey.started_us and survey.open_link
    tab.goto(reverse("portal:survey_open", args=[survey.slug]))
    expect(tab.get_by_text("Would you tell a friend about us?")).to_be_visible()


def test_one_click_in_the_mail_chooses_and_one_button_answers(tab, heard, live_server):
    at = now_us()
    who = person("Zoe", at)
    one = feedback.invite_here(survey_id=heard.id, node_id=who, occasion="now", channel="email", at=at)
    path = links.answer_url(one, 3).removeprefix(settings.PUBLIC_URL)
    tab.goto(path)
    assert Response.objects.filter(invitation_id=one).count() == 0
    tab.get_by_role("button", name="Send my answer").click()
    tab.get_by_label("What went wrong?").fill("Nobody was there")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_role("heading", name="Thank you!")).to_be_visible()
    assert Response.objects.get(invitation_id=one).score == 3
    assert Said.objects.filter(text="Nobody was there").exists()
    assert Invitation.objects.get(id=one).answered_us


def test_a_colleague_takes_a_case_answers_and_closes_it(tab, heard, owner):
    case = Case.objects.filter(kind="detractor", closed_us=None).exclude(owner=owner.by).order_by("id").first()
    tab.goto(reverse("web:case", args=[case.id]))
    tab.get_by_role("button", name="Take it").click()
    expect(tab.get_by_text("It is yours now.")).to_be_visible()
    tab.get_by_label("Answered otherwise").check()
    tab.get_by_label("What you say or want to remember").fill("Called, sends a new zip. @ann please post it")
    tab.get_by_role("button", name="The person was answered").click()
    expect(tab.locator("#thread").get_by_text("Called, sends a new zip")).to_be_visible()
    tab.keyboard.press("e")
    tab.get_by_role("button", name="Won back").click()
    expect(tab.get_by_text("Closed: Won back.")).to_be_visible()
    case.refresh_from_db()
    assert (case.owner, case.outcome) == (owner.by, "recovered")
    assert Invitation.objects.filter(occasion=f"reask:{case.origin.rpartition(':')[2]}").count() == 1


def test_a_colleague_says_what_a_text_is_about(tab, heard):
    tab.goto(reverse("web:survey_answers", args=[heard.id]) + "?q=zip")
    first = tab.locator(".about-text").first
    first.get_by_role("combobox").select_option(label="Staff")
    first.get_by_role("button", name="It is about this").click()
    expect(tab.locator(".about-text").first.locator(".tag.on")).to_contain_text("Staff")


def test_pages_fit_and_have_no_serious_fault(tab, heard):
    case = Case.objects.filter(kind="detractor", closed_us=None).first()
    waiting = Invitation.objects.filter(answered_us=None, invited_us__isnull=False).order_by("-id").first()
    token = links.survey_url(waiting.id).removeprefix(settings.PUBLIC_URL)
    found = {}
    pages = [
        reverse(f"web:{name}")
        for name in ("inbox", "inbox_numbers", "inbox_desk", "surveys", "survey_new", "survey_topics")
    ]
    pages += [reverse("web:inbox") + f"?box={box}" for box in ("nobody", "overdue", "open", "snoozed", "closed")]
    pages += [reverse(f"web:{name}", args=[heard.id]) for name in ("survey", "survey_answers", "survey_edit")]
    pages += [reverse("web:case", args=[case.id]), reverse("web:today"), token, token + "/7"]
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
    import os

    if folder := os.environ.get("HEAR_SHOTS"):
        name = address.strip("/").replace("/", "_").replace("?", "_").replace("=", "")[:40]
        tab.screenshot(path=f"{folder}/{name}-{size}-{theme}.png", full_page=True)
