"""Numbers, money and times as people read them."""

import pytest
from django.utils import translation

from regulars.ui import formats

DAY = 86_400_000_000


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123, "GBP", "£1.23"), (123456, "GBP", "£1,235"), (0, "EUR", "€0.00"), (-8900, "GBP", "−£89.00"),
        (500, "JPY", "¥500"), (12345, "KWD", "KWD 12.345"), (None, "GBP", "–"),
    ],
)  # fmt: skip
def test_money_shows_its_currency_and_as_many_cents_as_it_has(minor, currency, text):
    assert formats.money(minor, currency) == text


def test_money_of_figures_is_brief():
    assert formats.money(128_000_000, "GBP", brief=True) == "£1.28\N{NO-BREAK SPACE}m"


def test_german_puts_the_currency_behind():
    with translation.override("de"):
        assert formats.money(123456, "EUR", cents=True) == "1.234,56\N{NO-BREAK SPACE}€"


def test_shares_keep_their_digits():
    assert formats.percent(0.341) == "34.1\N{NO-BREAK SPACE}%"


def test_a_day_is_the_business_s_day():
    late = 1_795_302_000_000_000  # 21 November 2026, 23:00 UTC
    assert formats.day(late, "UTC") == "21 Nov 2026"
    assert formats.day(late, "Europe/Berlin") == "22 Nov 2026"


@pytest.mark.parametrize(
    ("us", "text"),
    [(20 * DAY, "2 weeks ago"), (DAY, "1 day ago"), (100 * DAY, "3 months ago"), (800 * DAY, "2 years ago"),
     (10, "just now"), (-3 * DAY, "in 3 days")],
)  # fmt: skip
def test_how_long_ago_is_said_in_the_largest_sensible_unit(us, text):
    now = 1_795_302_000_000_000
    assert formats.ago(now - us, now) == text


def test_an_id_in_a_form_is_never_grouped_and_a_number_for_people_is():
    from django.template import engines

    shown = (
        engines["django"].from_string('{% load ui %}<input value="{{ id }}">{{ id|number }}').render({"id": 1234567})
    )
    assert shown == '<input value="1234567">1,234,567'
