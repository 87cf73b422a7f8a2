"""What rules give, one by one."""

import pytest

from regulars.loyalty.earning.evaluate import Happened, Past, earned_by
from regulars.loyalty.earning.rules import RuleError, read, written
from regulars.loyalty.tests.earning.rulebook import LONDON, PER_POUND, book, moment, order, points


def test_an_amount_gives_points_by_line_and_the_whole_order_is_rounded_down_once():
    rules = book(PER_POUND)
    assert points(order(1, ("balls", 1250), ("boots", 1250)), rules=rules) == {"o1.1": 13, "o1.2": 12}


def test_a_category_a_product_and_a_store_earn_of_their_own():
    balls = {"key": "balls", "kind": "piece", "points": 5, "only": {"categories": ["balls"]}}
    street = {"key": "street", "kind": "amount", "points": 1, "per": 1000, "only": {"stores": ["High Street"]}}
    rules = book(balls, street)
    assert points(order(1, ("balls", 2000), ("boots", 3000)), rules=rules) == {"o1.1": 7, "o1.2": 3}
    assert points(order(1, ("balls", 2000), ("boots", 3000), store="Web"), rules=rules) == {"o1.1": 5}


def test_what_is_excepted_earns_nothing():
    rules = book({**PER_POUND, "but": {"categories": ["gift cards"]}})
    assert points(order(1, ("gift cards", 5000), ("balls", 2000)), rules=rules) == {"o1.2": 20}


@pytest.mark.parametrize(
    ("when", "doubled"),
    [
        ("2026-03-13 17:00", True),  # a Friday
        ("2026-03-13 16:59", False),
        ("2026-03-13 19:00", False),
        ("2026-03-14 18:00", False),
        ("2026-07-03 17:30", True),  # summer time: by the clock on the wall
    ],
)
def test_happy_hours_follow_the_clock_on_the_wall(when, doubled):
    happy = {
        "key": "happy",
        "kind": "times",
        "factor": 2,
        "when": {"weekdays": [4], "begin": "17:00", "end": "19:00"},
    }
    assert points(order(1, ("balls", 1000), when=when), rules=book(PER_POUND, happy)) == {
        "o1.1": 20 if doubled else 10
    }


def test_a_night_that_begins_on_friday_goes_on_after_midnight():
    night = {
        "key": "night",
        "kind": "times",
        "factor": 2,
        "when": {"weekdays": [4], "begin": "22:00", "end": "02:00"},
    }
    rules = book(PER_POUND, night)
    assert points(order(1, ("balls", 1000), when="2026-03-14 01:00"), rules=rules) == {"o1.1": 20}
    assert points(order(1, ("balls", 1000), when="2026-03-15 01:00"), rules=rules) == {"o1.1": 10}


@pytest.mark.parametrize(("stacking", "expected"), [("multiply", 60), ("add", 40), ("best", 30)])
def test_factors_stack_as_the_book_says(stacking, expected):
    twice = {"key": "twice", "kind": "times", "factor": 2}
    thrice = {"key": "thrice", "kind": "times", "factor": 3}
    rules = book(PER_POUND, twice, thrice, stacking=stacking)
    assert points(order(1, ("balls", 1000)), rules=rules) == {"o1.1": expected}


def test_a_bonus_is_not_multiplied_and_needs_an_order_large_enough():
    bonus = {"key": "bonus", "kind": "order", "points": 50, "least": 5000}
    rules = book(PER_POUND, {"key": "twice", "kind": "times", "factor": 2}, bonus)
    assert sum(points(order(1, ("balls", 5000)), rules=rules).values()) == 150
    assert sum(points(order(1, ("balls", 4999)), rules=rules).values()) == 99


def test_the_first_purchase_is_the_first_of_which_something_was_kept():
    first = book({"key": "hello", "kind": "first", "points": 100})
    brought_back, kept = order(1, ("balls", 0)), order(2, ("balls", 1000), when="2026-03-11 12:00")
    assert points(brought_back, kept, rules=first) == {"o2.1": 100}
    assert points(kept, rules=first, bought_before=True) == {}


def test_a_limit_per_day_counts_over_orders_and_by_the_local_day():
    rules = book({**PER_POUND, "most": {"day": 15}})
    early, late = (
        order(1, ("balls", 1000), when="2026-07-01 23:50"),
        order(2, ("balls", 1000), when="2026-07-02 00:10"),
    )
    same = order(3, ("balls", 1000), when="2026-07-02 12:00")
    assert points(early, late, same, rules=rules) == {"o1.1": 10, "o2.1": 10, "o3.1": 5}


def test_a_refund_makes_room_under_a_limit_for_the_next_order():
    rules = book(PER_POUND, most={"member": 15})
    first, second = order(1, ("balls", 1000)), order(2, ("balls", 1000), when="2026-03-11 12:00")
    assert points(first, second, rules=rules) == {"o1.1": 10, "o2.1": 5}
    assert points(order(1, ("balls", 200)), second, rules=rules) == {"o1.1": 2, "o2.1": 10}


def test_an_order_is_counted_by_the_rules_of_its_day():
    old, new = book(PER_POUND), book({**PER_POUND, "points": 3}, number=2, from_us=moment("2026-03-11 00:00"))
    past = Past((order(1, ("balls", 1000)), order(2, ("balls", 1000), when="2026-03-11 12:00")))
    told = [(g.rule, g.points) for g in earned_by(past, [old, new], LONDON)]
    assert told == [("1:every", 10), ("2:every", 30)]


def test_occasions_give_points_once_each_and_within_limits():
    rules = book({"key": "review", "kind": "review", "points": 20, "most": {"day": 40}})
    told = tuple(Happened(n, 7, "review", f"r{n}", moment(f"2026-03-1{n} 12:00")) for n in (0, 1))
    more = tuple(Happened(n, 7, "review", f"r{n}", moment(f"2026-03-11 1{n}:00")) for n in (3, 4))
    assert points(rules=rules, happened=told + more) == {"review:r0": 20, "review:r1": 20, "review:r3": 20}


def test_only_the_event_that_is_named_counts():
    rules = book({"key": "ride", "kind": "event", "points": 5, "event": "Ride Finished"})
    told = tuple(
        Happened(n, 7, "event", f"e{n}", moment("2026-03-11 12:00"), event)
        for n, event in enumerate(("Ride Finished", "Ride Started"))
    )
    assert points(rules=rules, happened=told) == {"event:e0": 5}


def test_a_rule_book_is_written_as_it_was_read():
    raw = {
        "rules": [{**PER_POUND, "when": {"weekdays": [5, 6]}, "most": {"day": 100}, "name": "Every pound"}],
        "tiers": {"levels": [{"key": "gold", "name": "Gold", "least": 50000, "benefits": ["Free drinks"]}]},
    }
    assert read(written(read(raw))) == read(raw)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"key": "a", "kind": "amount", "points": 0}, "how many points"),
        ({"key": "a", "kind": "amount", "points": 1, "per": 0}, "for which amount"),
        ({"key": "a", "kind": "times", "factor": -1}, "multiplied"),
        ({"key": "a", "kind": "event", "points": 1}, "which event"),
        ({"key": "a", "kind": "order", "points": 1, "when": {"begin": "25:00", "end": "26:00"}}, "not a time"),
        ({"key": "a", "kind": "order", "points": 1, "when": {"first": "2026-02-30"}}, "not a date"),
        ({"key": "a", "kind": "order", "points": 1, "when": {"first": "2026-03-02", "last": "2026-03-01"}}, "ends"),
        ({"key": "a", "kind": "order", "points": 1, "most": {"day": 0}}, "limit"),
        ({"key": "a", "kind": "order", "points": 1, "tiers": ["gold"]}, "does not exist"),
        ({"key": "a", "kind": "magic", "points": 1}, "cannot be read"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_a_sentence(rule, says):
    with pytest.raises(RuleError, match=says):
        read({"rules": [rule]})
