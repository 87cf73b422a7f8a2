"""The shop's wall clock over summer time, queues, and series."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.clock import DAY, HOUR, from_us, to_us
from regulars.social.publishing.clock import days_of, local_of, moment_of, read_clock, slots_after

LONDON = "Europe/London"
ZONES = st.sampled_from([LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"])
MOMENTS = st.integers(
    to_us(datetime(2025, 1, 1, tzinfo=ZoneInfo("UTC"))), to_us(datetime(2028, 1, 1, tzinfo=ZoneInfo("UTC")))
)
CLOCKS = st.tuples(st.integers(0, 6), st.times().map(lambda t: t.strftime("%H:%M")))


def test_six_in_the_evening_stays_six_in_the_evening_when_the_clocks_change():
    before, after = moment_of("2026-10-24T18:00", LONDON), moment_of("2026-10-25T18:00", LONDON)
    assert after - before == 25 * HOUR
    assert moment_of("2026-03-29T18:00", LONDON) - moment_of("2026-03-28T18:00", LONDON) == 23 * HOUR


def test_a_time_that_is_skipped_comes_as_much_later_and_a_double_one_is_the_first():
    assert local_of(moment_of("2026-03-29T01:30", LONDON), LONDON) == "2026-03-29T02:30"
    assert moment_of("2026-10-25T01:30", LONDON) == to_us(datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC")))


@given(MOMENTS, ZONES)
def test_what_the_wall_shows_leads_back_to_a_moment_that_shows_the_same(us, zone):
    us -= us % (60 * 1_000_000)
    assert local_of(moment_of(local_of(us, zone), zone), zone) == local_of(us, zone)


@given(st.lists(CLOCKS, min_size=1, max_size=8), MOMENTS, ZONES)
def test_slots_come_in_order_never_twice_and_never_in_the_past(slots, after, zone):
    found = list(islice(slots_after(slots, after, zone), 30))
    moments = [us for us, _local in found]
    assert moments == sorted(set(moments)) and all(us > after for us in moments)
    assert len(found) == 30
    assert all(local_of(us, zone) == local for us, local in found)
    week = {weekday for weekday, _clock in slots}
    assert all(from_us(us).astimezone(ZoneInfo(zone)).weekday() in week for us in moments)


@given(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sets(st.integers(0, 6), min_size=1), st.integers(1, 4),
    st.integers(0, 200), st.integers(0, 60),
)  # fmt: skip
def test_the_days_of_a_series_are_the_same_however_one_cuts_time(begins, weekdays, every, first, length):
    since = begins + timedelta(days=first)
    until = since + timedelta(days=length)
    middle = since + timedelta(days=length // 2)
    rule = {"begins": begins, "weekdays": weekdays, "every_weeks": every}
    parts = days_of(**rule, since=since, until=middle) + days_of(
        **rule, since=middle + timedelta(days=1), until=until
    )
    assert parts == days_of(**rule, since=since, until=until)
    assert all(day.weekday() in weekdays and day >= begins for day in parts)


def test_every_second_week_is_counted_from_the_week_it_began_in():
    rule = {"begins": date(2026, 9, 23), "weekdays": [0, 2], "every_weeks": 2}
    found = days_of(**rule, since=date(2026, 9, 1), until=date(2026, 10, 20))
    assert found == [date(2026, 9, 23), date(2026, 10, 5), date(2026, 10, 7), date(2026, 10, 19)]


@pytest.mark.parametrize("text", ["25:00", "noon", "", "12:60"])
def test_what_is_no_time_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="no time of day"):
        read_clock(text)


def test_a_day_lasts_a_day():
    assert moment_of("2026-06-02T00:00", LONDON) - moment_of("2026-06-01T00:00", LONDON) == DAY
