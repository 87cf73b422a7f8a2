"""Local days and instants of the business: a day number counts from 1970-01-01 in its time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from regulars.core.clock import from_us, to_us

_FIRST = date(1970, 1, 1)


def day_of(at: int, zone: str) -> int:
    """The local day an instant falls on."""
    return (from_us(at).astimezone(ZoneInfo(zone)).date() - _FIRST).days


def start_of(day: int, zone: str) -> int:
    """The instant at which a local day begins."""
    local = _FIRST + timedelta(days=day)
    return to_us(datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(zone)))


def iso(day: int) -> str:
    """The date of a day number, as 2026-09-21."""
    return (_FIRST + timedelta(days=day)).isoformat()
