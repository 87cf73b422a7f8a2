"""The shop's wall clock: moments of days and weeks, right over changes to and from summer time. Pure.

A time that the clock skips in spring is the one so much later; one that comes twice in autumn is the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from regulars.core.clock import from_us, to_us

AHEAD_DAYS = 400


def moment_of(local: str, zone: str) -> int:
    """ "2026-03-31T18:00" on the wall of `zone`, in microseconds. Raises ValueError with a sentence."""
    try:
        told = datetime.fromisoformat(local)
    except ValueError:
        raise ValueError(_("“%s” is no day and time such as 2026-03-31 18:00.") % local[:20]) from None
    if told.tzinfo is not None:
        raise ValueError(_("Give the time of the shop's clock, without a time zone."))
    return to_us(told.replace(tzinfo=ZoneInfo(zone), second=0, microsecond=0))


def local_of(us: int, zone: str) -> str:
    """What the wall of `zone` shows: "2026-03-31T18:00"."""
    return from_us(us).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def moved_to(local: str, day: date) -> str:
    """The same time on another day."""
    return f"{day.isoformat()}T{local[11:16]}"


def slots_after(slots: Iterable[tuple[int, str]], after: int, zone: str) -> Iterator[tuple[int, str]]:
    """(moment, local) of each time a queue has, strictly after `after`, in order and each moment once."""
    week = sorted(set(slots))
    first = from_us(after).astimezone(ZoneInfo(zone)).date()
    passed = after
    for ahead in range(AHEAD_DAYS if week else 0):
        day = first + timedelta(days=ahead)
        today = sorted(_on(day, clock, zone) for weekday, clock in week if weekday == day.weekday())
        for us, local in today:
            if us > passed:
                passed = us
                yield us, local


def _on(day: date, clock: str, zone: str) -> tuple[int, str]:
    us = to_us(datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)))
    return us, local_of(us, zone)


def read_clock(text: str) -> str:
    """ "9:5" is "09:05". Raises ValueError with a sentence."""
    hours, _colon, minutes = text.strip().partition(":")
    try:
        return time(int(hours), int(minutes or 0)).strftime("%H:%M")
    except ValueError:
        raise ValueError(_("“%s” is no time of day such as 18:00.") % text[:10]) from None


def days_of(*, begins: date, weekdays: Iterable[int], every_weeks: int, since: date, until: date) -> list[date]:
    """The days of a series from `since` to `until`, both included: on these weekdays of every so many weeks, counted
    from the week in which it began."""
    wanted, monday = set(weekdays), begins - timedelta(days=begins.weekday())
    first = max(begins, since)
    days = (first + timedelta(days=n) for n in range(max(0, (until - first).days + 1)))
    return [day for day in days if day.weekday() in wanted and (day - monday).days // 7 % max(1, every_weeks) == 0]
