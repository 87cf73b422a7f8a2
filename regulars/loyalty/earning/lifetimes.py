"""From when on points may be spent, and until when."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from regulars.loyalty import days


def activates(ts: int, return_days: int, zone: ZoneInfo) -> int:
    """The end of the last day on which what was bought may be returned; at once for no days."""
    return days.days_later(ts, return_days, zone) if return_days else ts


def expires(ts: int, active_from: int, *, expiry: str, months: int, zone: ZoneInfo) -> int | None:
    """The end of the day so many months after, or of the next year; None: not by themselves. Never before they
    have been active for a day."""
    if expiry == "earned":
        day = days.months_later(days.day_of(ts, zone), months)
        until = days.days_later(days.begins(day, zone), 0, zone)
    elif expiry == "year":
        until = days.year_begins(ts, zone, later=2)
    else:
        return None
    return max(until, days.days_later(active_from, 0, zone))
