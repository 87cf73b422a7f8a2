"""Clocks that run only while the desk is open: by weekday, without holidays, on the wall clock of the shop. Pure.

An opening is a stretch of wall clock time; when the clock is changed inside it, it really is an hour longer or
shorter, and so it is counted. An opening that begins in the hour that is missing
in spring begins when that hour is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.core.clock import DAY, from_us, to_us

ALL_DAY = 24 * 60
FARTHEST = 366 * 3  # days; a desk that is closed for longer is never open
Minutes = tuple[int, int]


class Hours(NamedTuple):
    """`week`: from Monday, openings of each day as (from, to) in minutes after midnight, in order, apart."""

    zone: str
    week: tuple[tuple[Minutes, ...], ...]
    holidays: frozenset[date] = frozenset()


def office(zone: str) -> Hours:
    """Monday to Friday, nine to half past five: until the shop says otherwise."""
    day = ((9 * 60, 17 * 60 + 30),)
    return Hours(zone, (day, day, day, day, day, (), ()))


def due(*, at: int, hours: Hours, want_us: int) -> int:
    """The moment by which the desk will have been open for `want_us` since `at`. A desk that is never open in three
    years counts every hour. Raises ValueError for less than nothing."""
    if want_us < 0:
        raise ValueError("A due time lies ahead: give a length of zero or more.")
    left = want_us
    for begin, end in openings(hours, at):
        begin = max(begin, at)
        if end - begin >= left and end > begin:
            return begin + left
        left -= max(0, end - begin)
    return at + want_us


def due_in_days(*, at: int, hours: Hours, days: int) -> int:
    """The same time of day so many working days later: 48 hours in which nobody works do not count. From outside of
    an opening, or at a time at which that day is not open, the nearest opening counts."""
    start = due(at=at, hours=hours, want_us=0)
    zone = ZoneInfo(hours.zone)
    day, minute = _wall(start, zone)
    found: dict[date, list[tuple[int, int]]] = {}
    for begin, end in openings(hours, start):
        found.setdefault(_wall(begin, zone)[0], []).append((begin, end))
        if len(found) > days + 1 or (len(found) > days and day not in found):
            break
    later = [key for key in found if key > day][:days]
    if days == 0 or len(later) < days:
        return start if days == 0 else at + days * DAY
    wanted = _moment(later[-1], minute, zone)
    return _within(found[later[-1]], wanted)


def _wall(at: int, zone: ZoneInfo) -> tuple[date, int]:
    shown = from_us(at).astimezone(zone)
    return shown.date(), shown.hour * 60 + shown.minute


def _within(day: list[tuple[int, int]], wanted: int) -> int:
    """The wanted moment, or where the desk is open next to it."""
    for begin, end in day:
        if wanted <= end:
            return max(begin, wanted)
    return day[-1][1]


def elapsed(*, since: int, until: int, hours: Hours) -> int:
    """For how long the desk was open between two moments, in microseconds."""
    total = 0
    for begin, end in openings(hours, since):
        if begin >= until:
            break
        total += max(0, min(end, until) - max(begin, since))
    return total


def ago(*, at: int, hours: Hours, want_us: int) -> int:
    """The latest moment since which the desk has been open for `want_us`: who has waited since then or longer has
    waited so long. A desk that is never open counts every hour."""
    left = want_us
    for begin, end in _openings_before(hours, at):
        end = min(end, at)
        if end - begin >= left and end > begin:
            return end - left
        left -= max(0, end - begin)
    return at - want_us


def _openings_before(hours: Hours, at: int) -> Iterator[tuple[int, int]]:
    """Every opening that had begun by `at`, the latest first."""
    if not any(hours.week):
        return
    zone = ZoneInfo(hours.zone)
    last = from_us(at).astimezone(zone).date() + timedelta(days=1)
    for day in (last - timedelta(days=n) for n in range(FARTHEST)):
        if day in hours.holidays:
            continue
        for start, stop in reversed(hours.week[day.weekday()]):
            begin, end = _moment(day, start, zone), _moment(day, stop, zone)
            if begin < at and end > begin:
                yield begin, end


def hour_of_week(at: int, zone: str) -> int:
    """0 to 167, from Monday midnight on the wall clock there."""
    shown = from_us(at).astimezone(ZoneInfo(zone))
    return shown.weekday() * 24 + shown.hour


def openings(hours: Hours, at: int) -> Iterator[tuple[int, int]]:
    """Every opening that is not over at `at`, in order, as moments."""
    if not any(hours.week):
        return
    zone = ZoneInfo(hours.zone)
    first = from_us(at).astimezone(zone).date() - timedelta(days=1)
    for day in (first + timedelta(days=n) for n in range(FARTHEST)):
        if day in hours.holidays:
            continue
        for start, stop in hours.week[day.weekday()]:
            begin, end = _moment(day, start, zone), _moment(day, stop, zone)
            if end > at and end > begin:
                yield begin, end


def _moment(day: date, minute: int, zone: ZoneInfo) -> int:
    """The first moment at which the wall clock of that day shows that minute, or has passed it."""
    if minute >= ALL_DAY:
        return _moment(day + timedelta(days=1), minute - ALL_DAY, zone)
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    moment, other = to_us(wall), to_us(wall.replace(fold=1))
    return _end_of_gap(other, moment, zone) if other < moment else moment


def _end_of_gap(low: int, high: int, zone: ZoneInfo) -> int:
    """The moment between the two at which the clock is put forward."""
    before = from_us(low).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if from_us(middle).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
