"""How loud every topic is now, and how loud it usually is: reads the counts of `counting` and the mentions of now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from regulars.core import bulk
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND, WEEK
from regulars.core.models import Business
from regulars.social.listening.baseline import Seen, Usual, usual, usual_day

HISTORY = 8 * WEEK
QUARTER = 15 * MINUTE
LOUD = 1.5  # times the usual of a quarter of an hour
QUIET = 2  # quarters in a row that end a rise when looking back


def people(topic_ids: Sequence[int], *, since: int, until: int) -> dict[int, int]:
    """{topic: different people} who spoke of it after `since` and up to `until`."""
    some, params = bulk.ids(topic_ids)
    return dict(
        bulk.query(
            "SELECT topic_id, COUNT(DISTINCT voice) FROM social_mention"
            f" WHERE topic_id IN {some} AND at > %s AND at <= %s AND fold = '' GROUP BY topic_id",
            [*params, since, until],
        )
    )


def seen(topic_ids: Sequence[int], *, at: int) -> dict[int, Seen]:
    """{topic: people in the last hour, in the same hour yesterday and a week ago}."""
    now, day, week = (people(topic_ids, since=at - back - HOUR, until=at - back) for back in (0, DAY, WEEK))
    began = first_hours(topic_ids)
    return {
        topic: Seen(
            now.get(topic, 0),
            day.get(topic, 0) if began.get(topic, at) <= at - DAY else None,
            week.get(topic, 0) if began.get(topic, at) <= at - WEEK else None,
        )
        for topic in topic_ids
    }


def seen_by_day(topic_ids: Sequence[int], *, at: int) -> dict[int, Seen]:
    """{topic: people in the last 24 hours, in those before, in those a week ago}."""
    counts, began = by_day(topic_ids, at=at), first_hours(topic_ids)
    return {
        topic: Seen(
            counts[topic].get(0, 0),
            counts[topic].get(1, 0) if began.get(topic, at) <= at - 2 * DAY else None,
            counts[topic].get(7, 0) if began.get(topic, at) <= at - WEEK - DAY else None,
        )
        for topic in topic_ids
    }


def usual_days(topic_ids: Sequence[int], *, at: int) -> dict[int, Usual]:
    """{topic: what is usual for 24 hours now}; without those that are listened for since less than three days."""
    counts, began = by_day(topic_ids, at=at), first_hours(topic_ids)
    found = {}
    for topic in topic_ids:
        days = min((at - began.get(topic, at)) // DAY, HISTORY // DAY + 1)
        one = usual_day([counts[topic].get(back, 0) for back in range(days - 1, 0, -1)])
        if one is not None:
            found[topic] = one
    return found


def by_day(topic_ids: Sequence[int], *, at: int) -> dict[int, dict[int, int]]:
    """{topic: {n: people between n + 1 and n days ago}} over eight weeks."""
    some, params = bulk.ids(topic_ids)
    rows = bulk.query(
        "SELECT topic_id, (%s - at) / %s, COUNT(DISTINCT voice) FROM social_mention"
        f" WHERE topic_id IN {some} AND at > %s AND at <= %s AND fold = '' GROUP BY topic_id, 2",
        [at, DAY, *params, at - HISTORY - DAY, at],
    )
    found: dict[int, dict[int, int]] = {topic: {} for topic in topic_ids}
    for topic, back, number in rows:
        found[topic][int(back)] = number
    return found


def first_hours(topic_ids: Sequence[int]) -> dict[int, int]:
    """{topic: begin of the first hour in which anybody spoke of it}."""
    some, params = bulk.ids(topic_ids)
    rows = bulk.query(
        "SELECT topic_id, MIN(slot) FROM social_loudness"
        f" WHERE topic_id IN {some} AND minutes = 60 GROUP BY topic_id",
        params,
    )
    return {topic: slot * HOUR for topic, slot in rows}


def usuals(topic_ids: Sequence[int], *, at: int) -> dict[int, Usual]:
    """{topic: what is usual now}; without those that are listened for since less than a day."""
    last, first = (at - HOUR) // HOUR, (at - HOUR - HISTORY) // HOUR  # the hour that is not over counts not yet
    counts = hourly(topic_ids, first=first, last=last)
    week = _hours_of_week(first, last)
    now = _hours_of_week((at - HOUR // 2) // HOUR, (at - HOUR // 2) // HOUR + 1)[0]
    found = {}
    for topic, slots in counts.items():
        start = min(slots, default=last)
        line = [slots.get(slot, 0) for slot in range(start, last)]
        one = usual(line, week[start - first :], now)
        if one is not None:
            found[topic] = one
    return found


def hourly(topic_ids: Iterable[int], *, first: int, last: int, minutes: int = 60) -> dict[int, dict[int, int]]:
    """{topic: {slot: people}} from slot `first` until before `last`."""
    some, params = bulk.ids(list(topic_ids))
    rows = bulk.query(
        "SELECT topic_id, slot, people FROM social_loudness"
        f" WHERE topic_id IN {some} AND minutes = %s AND slot >= %s AND slot < %s",
        [*params, minutes, first, last],
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for topic, slot, number in rows:
        found[topic][slot] = number
    return found


def _hours_of_week(first: int, last: int) -> list[int]:
    """The hour of the week on the shop's clock, from Monday, of every hour since 1970 in the range."""
    zone = ZoneInfo(Business.load().timezone)
    moments = (datetime.fromtimestamp(slot * HOUR / SECOND, UTC).astimezone(zone) for slot in range(first, last))
    return [moment.weekday() * 24 + moment.hour for moment in moments]


def began(topic_id: int, now: Usual, *, hours: int, at: int) -> int:
    """Since when it has been louder than usual without half an hour's rest (of a day: the first loud quarter of an
    hour in it); at most a day back."""
    last = at // QUARTER
    slots = hourly([topic_id], first=last - 96, last=last + 1, minutes=15).get(topic_id, {})
    least = max(1.0, LOUD * now.people / hours / 4)
    loud = (
        _loud_from(slots, last, least) if hours == 1 else min((s for s in slots if slots[s] >= least), default=last)
    )
    return max(loud * QUARTER, at - DAY)


def _loud_from(slots: Mapping[int, int], last: int, least: float) -> int:
    found, quiet = last, 0
    for slot in range(last, last - 97, -1):
        if slots.get(slot, 0) > least or (slots.get(slot, 0) and least <= 1):
            found, quiet = slot, 0
        else:
            quiet += 1
        if quiet > QUIET:
            break
    return found
