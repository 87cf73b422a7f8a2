"""Periodic jobs: each runs once per due time, however many workers there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from regulars.core.clock import MINUTE, from_us, to_us
from regulars.core.jobs import REGISTRY


@dataclass(frozen=True)
class Every:
    """Due at every multiple of so many minutes since 1970."""

    minutes: int

    def last_due(self, at: int, zone: ZoneInfo) -> int:
        return at - at % (self.minutes * MINUTE)


@dataclass(frozen=True)
class Daily:
    """Due once a day at this wall clock time of the business (a skipped hour moves it on, a doubled one does not
    double it)."""

    hour: int
    minute: int = 0

    def last_due(self, at: int, zone: ZoneInfo) -> int:
        local = from_us(at).astimezone(zone)
        due = datetime(local.year, local.month, local.day, self.hour, self.minute, tzinfo=zone)
        if to_us(due) > at:
            day = local.date() - timedelta(days=1)
            due = datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=zone)
        return to_us(due)


def queue_due(*, schedule: dict[str, Every | Daily], zone: str, at: int, since: int) -> None:
    """Queue every job whose last due time lies after `since` (when this worker started) and up to `at`.

    Due times missed while nothing ran are not made up for: the next one comes soon enough.
    """
    for name, rule in schedule.items():
        due = rule.last_due(at, ZoneInfo(zone))
        if due > since:
            REGISTRY[name].later(once=f"{name}@{due}", at=due)
