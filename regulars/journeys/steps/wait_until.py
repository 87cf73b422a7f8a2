"""Wait until a local time, perhaps on certain weekdays, in each person's own time zone."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from regulars.core.clock import from_us, to_us
from regulars.journeys.reading import Reader, TreeError, only, title
from regulars.journeys.step import Batch, Moves, Step, go, stay
from regulars.journeys.zones import zones_of

LABEL, SAYS = _("Wait until a time of day"), _("In each person's own time zone, on the days you choose")


class WaitUntil(Step, frozen=True, kw_only=True):
    """`minute` after midnight; `weekdays` 0 Monday to 6 Sunday, empty for any."""

    minute: int
    weekdays: tuple[int, ...] = ()


def parse(raw: dict, path: str, reader: Reader) -> WaitUntil:
    """{"time": "09:00", "weekdays"?: [0, 1]}"""
    only(raw, ("time", "weekdays"), path)
    said = raw.get("time")
    if not isinstance(said, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", said):
        raise TreeError(f"{path}.time", "Say the time like 09:00 or 17:30.")
    days = raw.get("weekdays", [])
    if not isinstance(days, list) or any(day not in range(7) or isinstance(day, bool) for day in days):
        raise TreeError(f"{path}.weekdays", "Weekdays are 0 (Monday) to 6 (Sunday).")
    minute = int(said[:2]) * 60 + int(said[3:])
    return WaitUntil(id=raw["id"], title=title(raw, path), minute=minute, weekdays=tuple(sorted(set(days))))


def decide(step: WaitUntil, batch: Batch) -> Moves:
    """On at the first such time at or after arriving."""
    zones, moves = zones_of(batch.persons), {}
    for run in batch.runs:
        until = first_time(run.arrived_us, zones[run.person_id], step.minute, step.weekdays)
        moves[run.id] = go(run, time=until) if until <= batch.at else stay(until)
    return moves


def first_time(after: int, zone: str, minute: int, weekdays: tuple[int, ...]) -> int:
    """The first instant at or after `after` with that wall clock time on such a day. A time that the change to
    summer time leaves out comes an hour later on the clock; of one that comes twice, the first counts."""
    info = ZoneInfo(zone)
    day = from_us(after).astimezone(info).date()
    for ahead in range(9):
        local = datetime.combine(day + timedelta(days=ahead), time(*divmod(minute, 60)), tzinfo=info)
        if to_us(local) >= after and (not weekdays or local.weekday() in weekdays):
            return to_us(local)
    raise AssertionError("every week has every weekday")
