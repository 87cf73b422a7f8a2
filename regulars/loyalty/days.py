"""The days of the programme: local midnights, months and years, as instants in microseconds."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from regulars.core.clock import SECOND, to_us


def local(us: int, zone: ZoneInfo) -> datetime:
    """The wall clock at an instant."""
    return datetime.fromtimestamp(us // SECOND, zone)


def day_of(us: int, zone: ZoneInfo) -> date:
    """The local date."""
    return local(us, zone).date()


def begins(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local day, also where the clock has no midnight that day."""
    return to_us(datetime(day.year, day.month, day.day, tzinfo=zone))


def midnight(us: int, zone: ZoneInfo) -> int:
    """The last beginning of a day at or before an instant."""
    return begins(day_of(us, zone), zone)


def days_later(us: int, days: int, zone: ZoneInfo) -> int:
    """The end of the day so many days after."""
    return begins(day_of(us, zone) + timedelta(days=days + 1), zone)


def months_later(day: date, months: int) -> date:
    """The same day so many months later or earlier; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def window_begins(us: int, months: int, zone: ZoneInfo) -> int:
    """Where the last `months` months begin that end on this day: they change at midnight only."""
    return begins(months_later(day_of(us, zone), -months), zone)


def window_leaves(us: int, months: int, zone: ZoneInfo) -> int:
    """The midnight from which something that happened at `us` is no longer in the last `months` months."""
    happened = day_of(us, zone)
    day = months_later(happened, months)
    while months_later(day, -months) <= happened:  # the lengths of months differ
        day += timedelta(days=1)
    return begins(day, zone)


def year_begins(us: int, zone: ZoneInfo, *, later: int = 0) -> int:
    """The first instant of the year, or of one later."""
    return begins(date(day_of(us, zone).year + later, 1, 1), zone)
