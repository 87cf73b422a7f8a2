"""Quiet hours by the wall clock of a person, also when the clock is changed. Pure.

A moment is quiet when the wall clock then shows a quiet time, or a day off. In autumn an hour is there twice, in
spring one is missing: nothing else is special about these days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.core.clock import DAY, HOUR, from_us, to_us

FARTHEST = 9  # days; a week of days off ends before


class Quiet(NamedTuple):
    """From `start` to `end` (minutes after midnight; start > end: over midnight; equal: never), and whole days."""

    start: int = 21 * 60
    end: int = 8 * 60
    weekdays_off: tuple[int, ...] = ()


def is_quiet(quiet: Quiet, local: datetime) -> bool:
    """Whether a wall clock time is quiet."""
    minute = local.hour * 60 + local.minute
    if local.weekday() in quiet.weekdays_off:
        return True
    if quiet.start <= quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end


@lru_cache(maxsize=20_000)
def quiet_until(quiet: Quiet, zone: str, at: int) -> int:
    """The first moment from `at` on that is not quiet. A day later when there is none in nine days."""
    tz = ZoneInfo(zone)
    local = from_us(at).astimezone(tz)
    if not is_quiet(quiet, local):
        return at
    for moment in sorted(_changes(quiet, tz, local)):
        if moment > at and not is_quiet(quiet, from_us(moment).astimezone(tz)):
            return moment
    return at + DAY


def _changes(quiet: Quiet, tz: ZoneInfo, local: datetime) -> set[int]:
    """Every moment from this day on at which quietness may change: the hours, midnights, changes of the clock."""
    found: set[int] = set()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for day in (midnight + timedelta(days=n) for n in range(FARTHEST + 1)):
        for minute in {0, quiet.start, quiet.end}:
            wall = day + timedelta(minutes=minute)
            found |= {to_us(wall.replace(tzinfo=tz, fold=fold)) for fold in (0, 1)}
        found |= _clock_changes(tz, to_us(day.replace(tzinfo=tz)))
    return found


def _clock_changes(tz: ZoneInfo, begin: int) -> set[int]:
    """The moment in the 26 hours from `begin` at which the offset from UTC changes, if there is one."""
    low, high = begin - HOUR, begin + 25 * HOUR
    if _offset(tz, low) == _offset(tz, high):
        return set()
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(tz, middle) == _offset(tz, low):
            low = middle
        else:
            high = middle
    return {high}


def _offset(tz: ZoneInfo, at: int) -> timedelta:
    return from_us(at).astimezone(tz).utcoffset()


@lru_cache(maxsize=20_000)
def local_time(zone: str, at: int) -> str:
    """The wall clock of a zone, "2026-03-29T21:05"."""
    return from_us(at).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
