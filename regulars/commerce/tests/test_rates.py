"""Amounts in other currencies count by the latest rate on or before the order's day, or as unknown."""

from __future__ import annotations

import pytest

from regulars.commerce.actions import rebase, rebase_orders, set_rate
from regulars.commerce.models import Order, Rate, Refund
from regulars.commerce.tests.said import bought, said, take
from regulars.core.models import QueuedJob

pytestmark = pytest.mark.django_db


def rated(day: str, rate: float, currency: str = "EUR") -> None:
    """Set a rate and do its background work."""
    set_rate(currency=currency, day=day, rate=rate, by="user:1", at=1)
    rebase(currency=currency, first=day, at=1)


def bases() -> dict:
    return {number: (base, on) for number, base, on in Order.objects.values_list("number", "base_total", "rate_on")}


def test_the_latest_rate_on_or_before_the_day_counts(business):
    rated("2020-09-01", 0.9)
    rated("2020-09-14", 0.8)
    take(bought("A", 10, currency="EUR"), bought("B", 10, currency="EUR", day=1), bought("C", 10, day=1))
    assert bases() == {"A": (900, "2020-09-01"), "B": (800, "2020-09-14"), "C": (1000, "")}


def test_an_order_without_a_rate_is_kept_and_its_worth_is_unknown_until_there_is_one(business):
    take(bought("A", 10, currency="EUR"), said("Order Refunded", {"order_id": "A", "total": 4}, day=5))
    assert Order.objects.values_list("total", "base_total", "base_refunded", "rate").get() == (1000, None, None, None)
    rated("2020-09-10", 0.9)
    assert Order.objects.values_list("base_total", "base_refunded", "rate").get() == (900, 360, 0.9)


def test_a_rate_set_later_counts_from_its_day_on_and_no_further_than_the_next(business):
    rated("2020-09-01", 0.9)
    rated("2020-09-16", 0.7)
    take(*(bought(str(day), 10, currency="EUR", day=day) for day in range(5)))
    rated("2020-09-14", 0.8)
    assert [base for base, _ in bases().values()] == [900, 800, 800, 700, 700]


def test_a_rate_corrected_replaces_the_first_one(business):
    rated("2020-09-01", 0.9)
    rated("2020-09-01", 0.5)
    take(bought("A", 10, currency="EUR"))
    assert bases() == {"A": (500, "2020-09-01")}
    assert Rate.objects.count() == 1


def test_an_order_brought_back_whole_leaves_nothing_even_when_the_rate_moved(business):
    rated("2020-09-01", 0.9)
    rated("2020-09-15", 0.5)
    take(bought("A", 10, currency="EUR"), said("Order Refunded", {"order_id": "A"}, day=4))
    assert Order.objects.values_list("base_total", "base_refunded").get() == (900, 900)


def test_minor_units_of_both_currencies_count(business):
    rated("2020-09-01", 0.005, "JPY")
    rated("2020-09-01", 2.5, "KWD")
    take(bought("A", 1200, currency="JPY"), bought("B", "1.234", currency="KWD"))
    assert [base for base, _ in bases().values()] == [600, 309]


def test_another_base_currency_or_calendar_counts_everything_again(business):
    take(bought("A", 10, currency="GBP"), bought("B", 10, currency="EUR"))
    business.currency, business.timezone = "EUR", "Pacific/Auckland"
    business.save()
    rebase_orders(at=1)
    assert {n: b for n, (b, _) in bases().items()} == {"A": None, "B": 1000}
    assert set(Order.objects.values_list("day", flat=True)) == {18519}


def test_setting_a_rate_queues_the_recount_in_the_same_transaction(business):
    set_rate(currency="eur", day="2020-09-01", rate=0.9, by="user:1", at=1)
    assert QueuedJob.objects.filter(name__endswith=".rebase").count() == 1


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"currency": "euro"}, "must be a code of three letters"),
        ({"currency": "GBP"}, "the business's own currency"),
        ({"day": "1.9.2020"}, "write it as 2026-09-21"),
        ({"rate": 0}, "must be above zero"),
    ],
)
def test_what_cannot_be_a_rate_is_refused(business, wrong, reason):
    with pytest.raises(ValueError, match=reason):
        set_rate(**{"currency": "EUR", "day": "2020-09-01", "rate": 1.1, "by": "user:1", "at": 1, **wrong})
    assert not Rate.objects.exists()


def test_a_refund_of_an_unknown_order_counts_by_its_own_day(business):
    rated("2020-09-01", 0.9)
    take(said("Order Refunded", {"order_id": "Z", "total": 10, "currency": "EUR"}))
    assert Refund.objects.values_list("base_total", "rate_on").get() == (900, "2020-09-01")
