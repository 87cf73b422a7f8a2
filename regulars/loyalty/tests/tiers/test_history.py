"""How a tier goes: up at once, down late."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.core.clock import DAY
from regulars.loyalty import days
from regulars.loyalty.tests.earning.rulebook import LONDON, moment
from regulars.loyalty.tiers.history import Counted, Floor, history, place
from regulars.loyalty.tiers.scheme import read_scheme

LEVELS = [
    {"key": "bronze", "name": "Bronze", "least": 100},
    {"key": "silver", "name": "Silver", "least": 500},
    {"key": "gold", "name": "Gold", "least": 1000},
]


def scheme(**more):
    return read_scheme({"levels": LEVELS, "grace_days": 30, **more})


def bought(*when_and_worth: tuple[str, int]) -> list[Counted]:
    return [Counted(moment(f"{day} 12:00"), worth) for day, worth in when_and_worth]


def stays(counted, rules, until: str, *floors: Floor) -> list[tuple[int, str]]:
    found = history(counted, rules, LONDON, moment(f"{until} 12:00"), floors)
    return [(stay.level, str(days.day_of(stay.since, LONDON))) for stay in found[1:]]


def test_a_tier_is_reached_at_once_and_kept_for_the_window_and_the_grace():
    rules = scheme()
    once = bought(("2026-03-10", 600))
    assert stays(once, rules, "2027-04-09") == [(1, "2026-03-10")]
    assert stays(once, rules, "2027-04-11") == [(1, "2026-03-10"), (0, "2027-04-10")]


def test_it_falls_by_one_or_to_what_was_reached():
    once = bought(("2026-03-10", 1500))
    assert stays(once, scheme(), "2027-05-01")[-1] == (1, "2027-04-10")
    assert stays(once, scheme(fall="balance"), "2027-05-01")[-1] == (-1, "2027-04-10")


def test_what_is_bought_in_the_grace_still_keeps_the_tier():
    late = bought(("2026-03-10", 600), ("2027-04-01", 500))
    assert stays(late, scheme(), "2027-06-01") == [(1, "2026-03-10")]


def test_a_calendar_year_counts_from_january_and_lasts_until_the_end_of_the_next():
    rules = scheme(months=0)
    counted = bought(("2026-11-20", 600))
    assert stays(counted, rules, "2027-12-30") == [(1, "2026-11-20")]
    assert stays(counted, rules, "2028-02-05") == [(1, "2026-11-20"), (0, "2028-01-31")]
    assert stays(bought(("2026-12-31", 300), ("2027-01-01", 300)), rules, "2027-06-01") == [(0, "2026-12-31")]


def test_a_threshold_gives_a_tier_for_as_long_as_it_is_crossed():
    floor = Floor(2, moment("2026-05-01 12:00"), moment("2026-08-01 00:00"))
    told = stays(bought(("2026-03-10", 600)), scheme(), "2026-09-01", floor)
    assert told == [(1, "2026-03-10"), (2, "2026-05-01"), (1, "2026-08-01")]


def test_the_place_says_what_is_missing_and_what_comes():
    rules, counted = scheme(), bought(("2026-03-10", 600))
    here = place(counted, rules, LONDON, moment("2026-04-01 12:00"))
    assert (here.level, here.progress, here.to_next, here.falls_to) == (1, 600, 400, 0)
    assert days.day_of(here.review, LONDON).isoformat() == "2027-04-10"
    assert days.day_of(here.next_us, LONDON).isoformat() == "2027-03-11"  # the warning, thirty days before


def test_by_calendar_year_progress_begins_again_in_january():
    here = place(bought(("2026-03-10", 600)), scheme(months=0), LONDON, moment("2027-01-01 00:00"))
    assert (here.level, here.progress, here.to_next) == (1, 0, 1000)


HISTORY = st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 1200)), max_size=12)
SCHEMES = st.builds(
    scheme,
    months=st.sampled_from([0, 1, 6, 12]),
    grace_days=st.sampled_from([0, 30]),
    fall=st.sampled_from(["one", "balance"]),
)
START = moment("2024-01-31 23:30")


@settings(max_examples=150, deadline=None)
@given(HISTORY, SCHEMES, st.integers(0, 2500), st.integers(0, 2500))
def test_what_happens_later_never_changes_the_tier_of_before(happened, rules, a, b):
    counted = sorted(Counted(START + day * DAY, worth) for day, worth in happened)
    early, late = START + min(a, b) * DAY, START + max(a, b) * DAY
    before = [s for s in history(counted, rules, LONDON, late) if s.since <= early]
    assert [(s.level, s.since) for s in before] == [
        (s.level, s.since) for s in history(counted, rules, LONDON, early)
    ]


@settings(max_examples=150, deadline=None)
@given(HISTORY, SCHEMES, st.integers(0, 2500))
def test_nothing_changes_by_time_alone_before_the_instant_that_is_told(happened, rules, day):
    counted = sorted(Counted(START + each * DAY, worth) for each, worth in happened)
    at = START + day * DAY
    here = place(counted, rules, LONDON, at)
    then = at + 400 * DAY if here.next_us is None else here.next_us - 1
    assert here.next_us is None or here.next_us > at
    later = place(counted, rules, LONDON, then)
    assert (later.level, later.since, later.progress, later.to_next) == (
        here.level, here.since, here.progress, here.to_next)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(HISTORY, SCHEMES)
def test_nobody_falls_before_the_review_that_was_told(happened, rules):
    counted = sorted(Counted(START + each * DAY, worth) for each, worth in happened)
    told = history(counted, rules, LONDON, START + 2500 * DAY)
    for before, after in pairwise(told):
        assert after.level > before.level or before.review == after.since
