"""The pages about friends: the offer, the numbers, looking at what was held."""

import pytest
from django.urls import reverse

from regulars.core.clock import DAY
from regulars.loyalty.models import Referral, ReferralTerms
from regulars.loyalty.referrals.numbers import tally
from regulars.loyalty.tests.programme.shop import NOW, begin, buys, has
from regulars.loyalty.tests.referrals.friends import brings_friend, judged, known, offer
from regulars.web.tests.test_pages import browser, owner  # noqa: F401

pytestmark = pytest.mark.django_db
LATER = NOW + 40 * DAY
FORM = {
    "on": "on", "title": "Come along", "referrer_points": 500, "friend_points": 200, "safe_by": "window",
    "return_days": 30, "within_days": 90, "least": "20", "hold_at": 50, "keep_days": 90,
}  # fmt: skip


@pytest.fixture
def held(business) -> Referral:
    """Anna's friend has Anna's phone number."""
    begin()
    offer()
    anna = known("anna", ("phone", "+442079460958"), name="Anna Lee")
    ben = known("ben", ("phone", "+442079460958"), ("email", "ben@example.org"), name="Ben Orr")
    brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(LATER)
    return Referral.objects.get()


def test_the_offer_is_written_down_in_the_words_of_the_counter(browser):  # noqa: F811
    assert browser.post(reverse("web:referral_offer"), FORM).status_code == 302
    kept = ReferralTerms.objects.get()
    assert (kept.on, kept.least, kept.most_year, kept.referrer_reward_id) == (True, 2000, None, None)
    page = browser.post(reverse("web:referral_offer"), FORM | {"title": " "})
    assert page.status_code == 200 and page.context["form"].errors


def test_what_is_held_shows_its_evidence_and_is_decided_with_a_reason(browser, held):  # noqa: F811
    page = browser.get(reverse("web:referrals")).content.decode()
    assert reverse("web:referral", args=[held.id]) in page and "look at it" in page
    page = browser.get(reverse("web:referral", args=[held.id])).content.decode()
    assert "same phone number" in page and "B1" in page
    decide = reverse("web:referral_decide", args=[held.id])
    assert "Say why" in browser.post(decide, {"act": "approve", "reason": ""}).content.decode()
    browser.post(decide, {"act": "approve", "reason": "A family with one phone"})
    held.refresh_from_db()
    assert (held.state, held.why, held.decided_by[:5]) == ("rewarded", "A family with one phone", "user:")


def test_no_ends_it(browser, held):  # noqa: F811
    browser.post(reverse("web:referral_decide", args=[held.id]), {"act": "void", "reason": "Same household"})
    held.refresh_from_db()
    assert (held.state, held.why) == ("void", "Same household")
    assert "Same household" in browser.get(reverse("web:referrals") + "?state=void").content.decode()


def test_the_numbers_add_up(browser, business):  # noqa: F811
    club = begin({"key": "x", "kind": "amount", "points": 1, "per": 10**9})
    offer()
    anna = known("anna")
    for key in ("ben", "cem", "dan"):
        brings_friend(anna, known(key))
    for number, key in enumerate(("ben", "cem")):
        buys(known(key), f"N{number}", ("boots", 50, 1), at=NOW)
    judged(LATER)
    found = tally(LATER)
    assert (found.links, found.friends, found.ordered, found.rewarded, found.bought) == (1, 3, 2, 2, 10_000)
    assert found.points == 2 * 700 == has(club, anna, LATER).active + 2 * 200
    assert "10" in browser.get(reverse("web:referrals") + "?state=all").content.decode()


def test_who_writes_the_first_offer_down_means_it(browser):  # noqa: F811
    assert browser.get(reverse("web:referral_offer")).context["form"]["on"].initial is True
    browser.post(reverse("web:referral_offer"), {name: value for name, value in FORM.items() if name != "on"})
    assert browser.get(reverse("web:referral_offer")).context["form"]["on"].initial is False
