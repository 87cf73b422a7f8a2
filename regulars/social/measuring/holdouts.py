"""Days of a series left out by chance beside those on which it spoke: the only proof social publishing can give."""

from __future__ import annotations

from datetime import date

from regulars.core import bulk
from regulars.social.models import Occurrence, Plan, Series

UNIX_DAY = date(1970, 1, 1).toordinal()
DAYS = 2  # the day itself and the next one


def days_with_and_without(series: Series, *, until: date) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """(orders, turnover in minor units) of the two days from each day that spoke, and from each one left out.

    Only days that are over."""
    rows = Occurrence.objects.filter(series_id=series.id, day__lt=until.isoformat()).order_by("day")
    gone = set(Plan.objects.filter(series_id=series.id, withdrawn_us__isnull=False).values_list("id", flat=True))
    spoke = [row.day for row in rows if row.plan_id and row.plan_id not in gone]
    silent = [row.day for row in rows if row.why == "held out"]
    sold = _sold([*spoke, *silent])
    return [sold[day] for day in spoke], [sold[day] for day in silent]


def _sold(days: list[str]) -> dict[str, tuple[int, int]]:
    numbers = {day: date.fromisoformat(day).toordinal() - UNIX_DAY for day in days}
    if not numbers:
        return {}
    rows = bulk.query(
        "SELECT day, count(*), coalesce(sum(base_total - coalesce(base_refunded, 0)), 0) FROM commerce_order"
        " WHERE cancelled_us IS NULL AND day >= %s AND day < %s GROUP BY day",
        [min(numbers.values()), max(numbers.values()) + DAYS],
    )
    known = {day: (int(orders), int(spent)) for day, orders, spent in rows}
    return {
        day: tuple(sum(known.get(first + n, (0, 0))[part] for n in range(DAYS)) for part in (0, 1))
        for day, first in numbers.items()
    }
