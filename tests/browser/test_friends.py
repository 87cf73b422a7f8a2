"""The staff pages about friends and wallets: nothing too wide, no fault, and deciding what was held."""

from __future__ import annotations

import os

import pytest

from regulars.core.clock import DAY
from regulars.loyalty.models import Referral
from regulars.loyalty.tests.programme.shop import NOW, begin, buys
from regulars.loyalty.tests.referrals.friends import brings_friend, judged, known, offer
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS


@pytest.fixture
def friends(owner) -> Referral:
    begin()
    offer()
    anna = known("anna", ("email", "anna.lee@example.org"), address="12 High Street, N1 9GU")
    ben = known("ben", ("email", "annalee+2@example.org"), address="12 High St N1 9GU")
    cem = known("cem", ("email", "cem@example.org"))
    for friend, number in ((ben, "B1"), (cem, "C1")):
        brings_friend(anna, friend)
        buys(friend, number, ("boots", 50, 1), at=NOW)
    judged(NOW + 40 * DAY)
    return Referral.objects.get(state="held")


def _picture(tab, name: str) -> None:
    if folder := os.environ.get("REGULARS_SHOTS"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_pages_about_friends_fit_and_what_was_held_is_decided(tab, friends):
    for path in ("referrals", "referrals?state=all", "referrals/offer", f"referrals/{friends.id}", "loyalty/wallets"):
        for width, size in WIDTHS.items():
            tab.set_viewport_size(size)
            tab.goto(f"/{path}")
            _picture(tab, f"{path.replace('/', '-').replace('?', '-')}-{width}")
            assert (path, too_wide(tab), faults(tab)) == (path, 0, [])
    tab.goto(f"/referrals/{friends.id}")
    tab.get_by_label("Why").fill("Sisters")
    tab.get_by_role("button", name="It is a friend").click()
    tab.get_by_text("Noted, with your reason.").wait_for()
    friends.refresh_from_db()
    assert friends.state == "rewarded"
