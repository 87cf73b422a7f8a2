"""Clocks of the desk against a model that walks through time minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regulars.core.clock import DAY, HOUR, MINUTE, from_us, to_us
from regulars.inbox import clocks
from regulars.inbox.clocks import Hours

ZONES = ["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
# around the changes of the clock in all of these, and a plain week
STARTS = [datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC),
          datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC),
          datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 12, 23, tzinfo=UTC)]  # fmt: skip


def is_open(hours: Hours, minute: datetime) -> bool:
    """The model: does the wall clock show an opening?"""
    local = minute.astimezone(ZoneInfo(hours.zone))
    shown = local.hour * 60 + local.minute
    return local.date() not in hours.holidays and any(a <= shown < b for a, b in hours.week[local.weekday()])


@st.composite
def openings(draw):
    marks = sorted(draw(st.sets(st.integers(0, 48).map(lambda n: n * 30), max_size=4)))
    return tuple((a, b) for a, b in zip(marks[::2], marks[1::2], strict=False))


@st.composite
def desks(draw):
    days = st.dates(date(2026, 3, 1), date(2026, 12, 31))
    week = tuple(draw(openings()) for _ in range(7))
    return Hours(draw(st.sampled_from(ZONES)), week, frozenset(draw(st.sets(days, max_size=3))))


NIGHT = Hours("Europe/London", (((0, 180),),) * 7)  # open while the clock is changed


@settings(max_examples=60, deadline=None)
@given(desks(), st.sampled_from(STARTS), st.integers(0, 5 * 24 * 60), st.integers(0, 3 * 24 * 60))
@example(NIGHT, STARTS[1], 2 * 24 * 60 - 30, 300)
@example(NIGHT, STARTS[5], 2 * 24 * 60 - 30, 300)
def test_time_elapsed_is_the_minutes_at_which_the_wall_clock_shows_an_opening(hours, start, offset, length):
    since = start + timedelta(minutes=offset)
    minutes = sum(is_open(hours, since + timedelta(minutes=n)) for n in range(length))
    a = to_us(since)
    # an autumn hour that is there twice may be counted twice by the model, and an opening that begins or ends in it
    # is one stretch to the clock: the model and the clock agree but for such an hour
    said = clocks.elapsed(since=a, until=a + length * MINUTE, hours=hours)
    slack = HOUR if _meets_a_second_hour(hours, since, length) else 0
    assert abs(said - minutes * MINUTE) <= slack


def _meets_a_second_hour(hours: Hours, since: datetime, length: int) -> bool:
    zone = ZoneInfo(hours.zone)
    ends = {edge for day in hours.week for opening in day for edge in opening}
    twice = set()
    for n in range(length + 1):
        local = (since + timedelta(minutes=n)).astimezone(zone)
        if local.fold:
            twice.add(local.hour * 60 + local.minute)
    return bool(twice) and any(min(twice) <= edge <= max(twice) + 1 for edge in ends)


@settings(max_examples=60, deadline=None)
@given(desks(), st.sampled_from(STARTS), st.integers(0, 5 * 24 * 60), st.integers(0, 40 * 60))
@example(NIGHT, STARTS[1], 2 * 24 * 60 - 30, 600)
def test_exactly_the_wanted_time_is_open_until_the_due_time_and_not_a_moment_less(hours, start, offset, want):
    at = to_us(start + timedelta(minutes=offset))
    due = clocks.due(at=at, hours=hours, want_us=want * MINUTE)
    if not any(hours.week):
        assert due == at + want * MINUTE
        return
    assert clocks.elapsed(since=at, until=due, hours=hours) == want * MINUTE
    if want:
        assert clocks.elapsed(since=at, until=due - 1, hours=hours) < want * MINUTE


@settings(max_examples=40, deadline=None)
@given(desks(), st.sampled_from(STARTS), st.lists(st.integers(0, 6 * 24 * 60), min_size=3, max_size=3))
def test_time_adds_up_and_never_runs_backwards(hours, start, offsets):
    a, b, c = (to_us(start) + n * MINUTE for n in sorted(offsets))

    def between(x, y):
        return clocks.elapsed(since=x, until=y, hours=hours)

    assert between(a, b) + between(b, c) == between(a, c)
    assert 0 <= between(a, c) <= c - a


def at(*parts: int) -> int:
    return to_us(datetime(*parts, tzinfo=ZoneInfo("Europe/London")))


def test_a_friday_evening_case_of_four_hours_is_due_on_monday_afternoon():
    hours = clocks.office("Europe/London")
    assert clocks.due(at=at(2026, 9, 18, 18, 0), hours=hours, want_us=4 * HOUR) == at(2026, 9, 21, 13, 0)


def test_a_holiday_is_skipped():
    hours = clocks.office("Europe/London")._replace(holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
    assert clocks.due(at=at(2026, 12, 24, 17, 0), hours=hours, want_us=HOUR) == at(2026, 12, 29, 9, 30)


def test_the_night_in_which_an_hour_is_missing_is_an_hour_shorter():
    week = (((0, 24 * 60),),) * 7
    sunday, monday = at(2026, 3, 29), at(2026, 3, 30)
    assert clocks.elapsed(since=sunday, until=monday, hours=Hours("Europe/London", week)) == 23 * HOUR
    assert (
        clocks.elapsed(since=at(2026, 10, 25), until=at(2026, 10, 26), hours=Hours("Europe/London", week))
        == 25 * HOUR
    )


def test_an_opening_that_begins_in_the_missing_hour_begins_when_it_is_over():
    hours = Hours("Europe/London", ((),) * 6 + (((90, 300),),))
    begin, _ = next(clocks.openings(hours, at(2026, 3, 29)))
    assert from_us(begin) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ((2026, 9, 21, 10, 15), (2026, 9, 23, 10, 15)),
        ((2026, 9, 18, 16, 0), (2026, 9, 22, 16, 0)),  # Friday: Monday and Tuesday are the two days
        ((2026, 9, 19, 12, 0), (2026, 9, 23, 9, 0)),  # Saturday begins on Monday at nine
        ((2026, 12, 23, 11, 0), (2026, 12, 29, 11, 0)),  # Christmas, a weekend, and the 28th off
    ],
)
def test_two_working_days_are_the_same_time_two_openings_later(opened, due):
    hours = clocks.office("Europe/London")._replace(holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
    assert clocks.due_in_days(at=at(*opened), hours=hours, days=2) == at(*due)


def test_a_desk_that_never_opens_counts_every_hour():
    assert clocks.due(at=5, hours=Hours("UTC", ((),) * 7), want_us=DAY) == 5 + DAY


def test_a_due_time_in_the_past_is_refused():
    with pytest.raises(ValueError, match="lies ahead"):
        clocks.due(at=5, hours=clocks.office("UTC"), want_us=-1)


@settings(max_examples=60, deadline=None)
@given(desks(), st.sampled_from(STARTS), st.integers(0, 5 * 24 * 60), st.integers(1, 40 * 60))
@example(NIGHT, STARTS[1], 2 * 24 * 60 + 200, 300)
@example(NIGHT, STARTS[5], 2 * 24 * 60 + 200, 300)
def test_since_then_the_desk_was_open_for_so_long_and_a_moment_later_for_less(hours, start, offset, want):
    at = to_us(start + timedelta(minutes=offset))
    since = clocks.ago(at=at, hours=hours, want_us=want * MINUTE)
    if not any(hours.week):
        assert since == at - want * MINUTE
        return
    if since == at - want * MINUTE and clocks.elapsed(since=since, until=at, hours=hours) < want * MINUTE:
        return  # never open for so long in three years
    assert clocks.elapsed(since=since, until=at, hours=hours) == want * MINUTE
    assert clocks.elapsed(since=since + 1, until=at, hours=hours) < want * MINUTE
