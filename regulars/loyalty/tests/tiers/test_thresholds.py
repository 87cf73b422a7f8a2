"""Being across a threshold."""

from regulars.loyalty.tests.earning.rulebook import LONDON, moment
from regulars.loyalty.tiers.history import Counted
from regulars.loyalty.tiers.thresholds import Across, across


def spans(*bought: tuple[str, int], months: int = 3, from_us: int = 0) -> list[Across]:
    counted = [Counted(moment(f"{day} 12:00"), worth) for day, worth in bought]
    return across(counted, amount=500, months=months, from_us=from_us, zone=LONDON)


def test_it_is_crossed_by_the_purchase_that_makes_it_enough_and_left_when_the_first_is_too_old():
    told = spans(("2026-01-10", 300), ("2026-02-10", 300))
    assert told == [Across(moment("2026-02-10 12:00"), moment("2026-04-11 00:00"))]


def test_without_months_it_is_crossed_for_good():
    assert spans(("2020-01-10", 300), ("2026-02-10", 300), months=0) == [Across(moment("2026-02-10 12:00"), None)]


def test_it_can_be_crossed_again():
    told = spans(("2026-01-10", 600), ("2026-09-10", 600))
    assert [span.since for span in told] == [moment("2026-01-10 12:00"), moment("2026-09-10 12:00")]


def test_a_refund_undoes_it():
    assert spans(("2026-01-10", 300), ("2026-02-10", 100)) == []


def test_who_was_across_when_it_was_set_up_crosses_it_then():
    begin = moment("2026-03-01 09:00")
    assert spans(("2026-02-10", 600), from_us=begin)[0].since == begin
    assert spans(("2025-02-10", 600), from_us=begin) == []
