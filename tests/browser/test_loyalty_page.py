"""A customer's loyalty page on a telephone: coming in by the link, taking a reward, bringing a friend."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from regulars.channels.models import Message
from regulars.core.clock import DAY, now_us
from regulars.loyalty.ledger import balance, post_earn
from regulars.loyalty.models import Referral, Voucher
from regulars.loyalty.rewards.keeping import save_reward
from regulars.loyalty.tests.programme.shop import PER_POUND, TIERS, begin, buys, settle
from regulars.loyalty.tests.referrals.friends import known, offer
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS


@pytest.fixture
def club(transactional_db, business):
    """Anna has bought boots and has points; a coffee and a coat are on offer; friends are rewarded."""
    at = now_us()
    made = begin(PER_POUND, at=at, tiers=TIERS)
    anna = known("anna", ("email", "anna@example.org"), at=at - 90 * DAY, name="Anna")
    buys(anna, "A1", ("boots", 60, 1), at=at - 40 * DAY)
    settle(at)
    post_earn(
        programme_id=made.id, node_id=anna, source="test", key="a", amount=300, occurred_us=at, at=at,
        activates_us=at, expires_us=at + 10 * DAY, cause="review",
    )  # fmt: skip
    for name, points in (("A coffee", 100), ("A coat", 9000)):
        save_reward(terms={"name": name, "kind": "thing", "points": points}, by="user:1", at=at)
    offer(at)
    return made, anna


@pytest.fixture
def phone(chromium, live_server, club, settings):
    settings.PUBLIC_URL = live_server.url
    context = chromium.new_context(base_url=live_server.url, viewport=WIDTHS["narrow"])
    said, page = [], context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: line.type == "error" and "401" not in line.text and said.append(line.text))
    yield page
    context.close()
    assert said == []


def _come_in(page) -> None:
    page.goto("/my/loyalty")
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_text("look into your mailbox").wait_for()
    page.goto(_mailed("sign_in_url"))
    page.get_by_role("button", name="Open my page").click()
    page.get_by_role("heading", name="Club").wait_for()


def _mailed(name: str) -> str:
    return re.sub(r"^https?://[^/]+", "", Message.objects.filter(lane=1).latest("id").context[name])


def _picture(page, name: str) -> None:
    if folder := os.environ.get("REGULARS_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_anna_sees_her_points_takes_a_coffee_and_has_its_code(phone, club):
    made, anna = club
    _come_in(phone)
    expect(phone.get_by_text("360").first).to_be_visible()
    assert phone.get_by_role("img", name="Your code, to be scanned").bounding_box()["width"] >= 150
    assert (too_wide(phone), faults(phone)) == (0, [])
    phone.get_by_text("Why do I have this balance?").click()
    phone.get_by_text("300 of 300").wait_for()
    _picture(phone, "loyalty-narrow")
    phone.emulate_media(color_scheme="dark")
    _picture(phone, "loyalty-dark")
    phone.get_by_role("button", name=re.compile("Take it for 100")).click()
    phone.locator("#vouchers code").wait_for()
    assert Voucher.objects.count() == 1
    assert balance(programme_id=made.id, person_id=anna, at=now_us()).active == 260
    phone.set_viewport_size(WIDTHS["wide"])
    _picture(phone, "loyalty-wide")


def test_a_friend_joins_by_annas_link(phone, club):
    _come_in(phone)
    link = phone.get_by_label("Your link").input_value()
    phone.context.clear_cookies()
    phone.goto(re.sub(r"^https?://[^/]+", "", link))
    phone.get_by_text("Come along").wait_for()
    assert (too_wide(phone), faults(phone)) == (0, [])
    _picture(phone, "friend-narrow")
    phone.get_by_label("E-mail address").fill("ben@example.org")
    phone.get_by_role("button", name="Sign me up").click()
    phone.get_by_text("look into your mailbox").wait_for()
    assert Referral.objects.count() == 0
    phone.goto(_mailed("confirm_url"))
    phone.get_by_role("button", name="Yes, I want this").click()
    phone.get_by_text("You are in").wait_for()
    assert Referral.objects.get().how == "link"
