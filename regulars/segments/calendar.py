"""The business's calendar as integers: what a moment `now` means in its time zone, for use in expressions.

Local midnights and beginnings of periods are computed here, in Python, because engines disagree about time zones.
Expressions see them as columns of a one-row table `clock`; only day numbers (days since 1970) are computed there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from regulars.core.clock import DAY, from_us, to_us
from regulars.segments.parsing import PERIODS

_DAY_ZERO = date(1970, 1, 1)
CLOCK = ("now", "today", "year", "midnight", *(f"{edge}_{p}" for p in PERIODS for edge in ("start", "end")))


@dataclass(frozen=True)
class Calendar:
    """A time zone and the first day of the week (0 = Monday)."""

    zone: str = "UTC"
    week_start: int = 0

    def midnight(self, day: date) -> int:
        """The instant a local day begins."""
        return to_us(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)))

    def day_begins(self, text: str) -> int:
        """The instant the local day "2026-03-31" begins."""
        return self.midnight(date.fromisoformat(text))

    def day_ends(self, text: str) -> int:
        """The instant the day after begins."""
        return self.midnight(date.fromisoformat(text) + timedelta(days=1))

    def local_day(self, us: int) -> date:
        """The local date of an instant."""
        return from_us(us).astimezone(ZoneInfo(self.zone)).date()

    @property
    def winter_us(self) -> int:
        """The offset from UTC in January: fixed, so that the day of a past time never moves."""
        return int(datetime(2026, 1, 1, tzinfo=ZoneInfo(self.zone)).utcoffset() / timedelta(microseconds=1))

    def clock(self, now: int) -> dict[str, int]:
        """All that the expressions need to know about a moment. Days are numbers since 1970, instants us."""
        today = self.local_day(now)
        values = {
            "now": now,
            "today": day_number(today),
            "year": today.year,
            "midnight": self.midnight(today + timedelta(days=1)),
        }
        for period in PERIODS:
            start, end = period_of(today, period, self.week_start)
            values |= {f"start_{period}": self.midnight(start), f"end_{period}": self.midnight(end)}
        return values


def business_calendar() -> Calendar:
    """The calendar of this installation."""
    from regulars.core.models import Business

    business = Business.load()
    return Calendar(business.timezone, business.week_start)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _DAY_ZERO).days


@lru_cache(maxsize=256)
def period_of(day: date, period: str, week_start: int) -> tuple[date, date]:
    """First day of the period that holds `day`, and of the next one."""
    if period == "day":
        return day, day + timedelta(days=1)
    if period == "week":
        start = day - timedelta(days=(day.weekday() - week_start) % 7)
        return start, start + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    first = (day.month - 1) // months * months + 1
    start = day.replace(month=first, day=1)
    return start, (start + timedelta(days=31 * months)).replace(day=1)


def days_before_year(years: Any) -> Any:
    """Day number of 1 March of a year, less the days since; `years` counts from March. Works on ints and columns."""
    return years * 365 + years // 4 - years // 100 + years // 400 - 719_468


MARCH_STEPS: tuple[Callable[[Any], dict[str, Any]], ...] = (
    lambda r: {"early": (14 - r.month) // 12},
    lambda r: {"of_year": (153 * (r.month + 12 * r.early - 3) + 2) // 5 + r.day - 1},
)
"""From columns month and day: `early` is 1 in January and February, `of_year` the days since 1 March. The day number
is days_before_year(year - early) + of_year; 29 February of a year that has none is 1 March.
Source: H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil, for years after 0."""

CIVIL_ZERO = 719_468
CIVIL_STEPS: tuple[Callable[[Any], dict[str, Any]], ...] = (
    lambda r: {"of_era": r.z - r.z // 146_097 * 146_097},
    lambda r: {"of_era_year": (r.of_era - r.of_era // 1_460 + r.of_era // 36_524 - r.of_era // 146_096) // 365},
    lambda r: {"of_year": r.of_era - (365 * r.of_era_year + r.of_era_year // 4 - r.of_era_year // 100)},
    lambda r: {"shifted": (5 * r.of_year + 2) // 153},
    lambda r: {"month": r.shifted + 3 - 12 * (r.shifted // 10), "day": r.of_year - (153 * r.shifted + 2) // 5 + 1},
)
"""Month and day of a day number, z = number + CIVIL_ZERO; in steps, so that none repeats another.
Source: as above, civil_from_days."""


def earliest_instant(number: Any) -> Any:
    """An instant not later than local midnight of that day number in any time zone."""
    return number * DAY - DAY
