"""Figures of the standard and of handbooks, to the unit; cohorts and journals that add up."""

import itertools
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from regulars.core.clock import DAY, HOUR, to_us
from regulars.loyalty.ledger import liability
from regulars.loyalty.ledger.accounting import Cohort, allocate, journal, recognised
from regulars.loyalty.models import LiabilityReport, Programme


def test_the_price_is_split_as_in_example_52_of_the_standard():
    assert allocate(price=100_000, goods=100_000, points=9_500) == (91_324, 8_676)


def test_revenue_catches_up_when_the_estimate_moves_as_in_the_kpmg_handbook():
    second = recognised(allocated=9_000, used=4_500, expected=9_700)
    assert second == 4_175
    assert recognised(allocated=9_000, used=8_500, expected=9_900) - second == 3_552
    assert recognised(allocated=9_000, used=8_500, expected=9_200) - second == 4_140


def test_all_is_recognised_when_nothing_more_can_be_used():
    assert recognised(allocated=9_000, used=0, expected=0) == 9_000
    assert recognised(allocated=9_000, used=9_900, expected=9_700) == 9_000


def _cohort(**more) -> Cohort:
    plain = dict.fromkeys(("expired", "clawed", "pending", "held", "used", "active"), 0)
    fixed = {"month": "2026-01", "funder": "", "kind": "sale", "issued": 10_000, "sales": 100_000,
             "rate": Fraction(95, 100), "first_rate": Fraction(95, 100), "worth": Fraction(1)}  # fmt: skip
    return Cohort(**(fixed | plain | more))


def test_a_cohort_defers_its_share_and_recognises_it_by_use():
    fresh, half = _cohort(active=10_000), _cohort(used=4_750, active=5_250)
    assert (fresh.allocated, fresh.to_date, fresh.deferred) == (8_676, 0, 8_676)
    assert (half.to_date, half.deferred) == (4_338, 4_338)
    assert _cohort(used=6_000, expired=4_000).deferred == 0


def test_a_journal_leads_from_one_month_to_the_next_and_never_books_below_zero():
    before, after = [_cohort(active=10_000)], [_cohort(used=4_750, active=5_250, rate=Fraction(1))]
    lines = journal("2026-02", before, after)
    assert [(line.debit, line.credit, line.amount) for line in lines] == [
        ("Contract liability: points", "Revenue from points", 4_121)
    ]
    back = journal("2026-03", after, [_cohort(used=3_000, active=7_000, rate=Fraction(1))])
    assert [(line.debit, line.amount > 0) for line in back] == [("Revenue from points", True)]


@pytest.fixture
def programme(business, at):
    return Programme.objects.create(name="Club", starts_us=0, created_us=at, created_by="user:1", id=1)


def test_cohorts_say_what_became_of_the_points_of_each_month_at_any_moment(books, person, programme, at):
    anna = person()
    books.earn(anna, 100, live=60)
    books.earn(anna, 40, cause="review", live=None)
    books.earn(anna, 30, funder="partner:3", live=None)
    books.earn(anna, 50, at=at + 40 * DAY, live=None)
    books.spend(anna, 60, at=at + 41 * DAY)
    books.earn(anna, 1, at=at + 61 * DAY, live=None)
    first = {(one.month, one.funder, one.kind): one for one in liability.cohorts(programme, until=at + DAY)}
    assert {key: (one.issued, one.active) for key, one in first.items()} == {
        ("2026-09", "", "sale"): (100, 100),
        ("2026-09", "", "gift"): (40, 40),
        ("2026-09", "partner:3", "sale"): (30, 30),
    }
    later = {(o.month, o.funder, o.kind): o for o in liability.cohorts(programme, until=at + 62 * DAY)}
    sale = later["2026-09", "", "sale"]
    assert (sale.used, sale.expired, sale.outstanding, sale.deferred) == (60, 40, 0, 0)
    assert later["2026-10", "", "sale"].active == 50


def test_estimates_keep_their_history_and_move_revenue_not_the_allocation(books, person, programme, at):
    anna = person()
    books.earn(anna, 100)
    liability.estimate(programme_id=1, percent=80, why="Two years of redemptions", by="user:1", at=at)
    books.spend(anna, 40)
    (one,) = liability.cohorts(programme, until=at + 1)
    assert (one.rate, one.expected, one.allocated, one.to_date) == (Fraction(8, 10), 80, 80, 40)
    liability.estimate(programme_id=1, percent=50, why="Fewer than thought", by="user:1", at=at + 90 * DAY)
    (one,) = liability.cohorts(programme, until=at + 91 * DAY)
    assert (one.expected, one.allocated, one.to_date) == (50, 80, 64)


def test_the_bookings_of_all_months_are_what_is_owed(books, person, programme, at):
    anna = person()
    for n in range(6):
        books.earn(anna, 100 + n, at=at + n * 30 * DAY, live=90)
        books.spend(anna, 30, at=at + n * 30 * DAY)
    until = at + 170 * DAY
    months = [month.name for month in liability.months_between(at, until)]
    lines = [line for month in months for line in liability.journal_of(programme, month)]
    owed = sum(line.amount for line in lines if line.credit == "Contract liability: points")
    owed -= sum(line.amount for line in lines if line.debit == "Contract liability: points")
    ends = liability.months_between(at, until)[-1].ends
    assert owed == sum(one.deferred for one in liability.cohorts(programme, until=ends)) > 0
    for month in liability.months_between(at, until):
        apart = (liability.cohorts(programme, until=month.begins), liability.cohorts(programme, until=month.ends))
        assert liability.journal_of(programme, month.name) == journal(month.name, *apart)


def test_the_report_of_the_night_is_kept_for_the_page(books, person, programme, at):
    books.earn(person(), 100)
    liability.report_liability(at=at + 1)
    (row,) = LiabilityReport.objects.get().rows
    assert (row["month"], row["issued"], row["deferred"]) == ("2026-09", 100, 100)


def test_months_follow_the_clock_of_the_business_through_summer_time_and_leap_years(business):
    first, until = (to_us(datetime(2028, month, 15, tzinfo=UTC)) for month in (2, 11))
    months = liability.months_between(first, until)
    lengths = {month.name: (month.ends - month.begins) // HOUR for month in months}
    assert lengths["2028-02"] == 29 * 24 and lengths["2028-03"] == 31 * 24 - 1 and lengths["2028-10"] == 31 * 24 + 1
    assert all(one.ends == following.begins for one, following in itertools.pairwise(months))


def test_a_point_given_in_the_last_hour_of_a_month_of_summer_time_is_of_that_month(books, person, programme):
    late = to_us(datetime(2027, 6, 30, 22, 30, tzinfo=UTC))  # half past eleven in London
    books.earn(person(), 5, at=late, live=None)
    books.earn(person(), 6, at=late + HOUR, live=None)
    found = {one.month: one.issued for one in liability.cohorts(programme, until=late + 2 * HOUR)}
    assert found == {"2027-06": 5, "2027-07": 6}
