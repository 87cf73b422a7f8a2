"""What customers did, in words without numbers of rows."""

import pytest

from regulars.ui.formats import last_day, receipt
from regulars.web.sentences import of_event

SALE = {"order_id": "T1-70eeab34-d349-4f9f-a77a-fd59a8f12c77", "products": [{"product_id": "till:soccer", "category": "Soccer"}]}  # noqa: E501  # fmt: skip


def test_what_a_till_rang_up_by_category_is_called_by_it():
    said = of_event("Order Completed", SALE, "GBP")
    assert said.text == "Bought Soccer" and said.detail == "order T1-70eeab34"


@pytest.mark.parametrize("number", ["1001", "T1-7", "#A-70eeab34-d349-4f9f-a77a-fd59a8f12c77", ""])
def test_numbers_of_other_orders_stay_as_they_are(number):
    assert receipt(number) == number


def test_an_event_without_words_of_its_own_shows_no_numbers_of_rows():
    assert of_event("Club Visit", {"hall": "North", "hall_id": 7}, "GBP").detail == "hall: North"


def test_what_the_programme_and_surveys_say_has_words():
    assert of_event("Tier Changed", {"tier": "Gold", "before": "", "up": True}, "GBP").text == "Reached another tier"
    assert of_event("Survey Answered", {"survey": "Visit", "survey_id": 1}, "GBP").detail == "Visit"
    earned = of_event("Points Earned", {"points": 1180, "balance": 2162, "cause": "purchase"}, "GBP")
    assert (earned.text, earned.detail) == ("Earned points: 1,180", "")


def test_what_ends_at_midnight_is_good_until_the_day_before():
    midnight = 1_796_083_200_000_000  # 1 December 2026 in London
    assert last_day(midnight, "Europe/London") == "30 Nov 2026"
    assert last_day(midnight + 1, "Europe/London") == "1 Dec 2026" and last_day(None) == "–"
