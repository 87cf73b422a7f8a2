"""People as the insight pages list them: who, what is known, and the sentence that says why they are here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.insights.calendar import day_of
from regulars.insights.models import Prediction
from regulars.insights.rhythm import GONE_AFTER
from regulars.people.models import Person

DAYS_PER_WEEK, DAYS_PER_MONTH = 7, 30.44
NUMBER = re.compile(r"\d{1,18}(\.\d{1,20})?(e-\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attention:
    """One person on a list. `silent_days` counts from the last purchase; `at_stake` and `value_12m` are money."""

    person_id: int
    name: str
    purchase_days: int
    last_day: int
    silent_days: int
    rhythm_days: float | None
    chance_13w: float
    value_12m: int
    at_stake: int
    cell: str
    since_us: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of people; `after` is where the next one begins, "" on the last."""

    rows: list[Attention]
    after: str


def listed(rows: QuerySet[Prediction], field: str, *, after: str, limit: int, at: int, since: str = "") -> Listed:
    """Predictions falling by a column of numbers, from behind a cursor on: as quick at the end as at the start."""
    value, _, person = after.rpartition(".")
    if NUMBER.fullmatch(value) and person.isdigit():
        edge = float(value) if "." in value or "e" in value else int(value)
        # the first condition looks superfluous: it lets SQLite start in the index
        behind = Q(**{f"{field}__lt": edge}) | Q(person_id__gt=int(person))
        rows = rows.filter(Q(**{f"{field}__lte": edge}), behind)
    found = list(rows.order_by(f"-{field}", "person_id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    behind = f"{getattr(last, field)}.{last.person_id}" if last else ""
    return Listed(lines(found[:limit], at=at, since=since), behind)


def lines(rows: Iterable[Prediction], *, at: int, since: str = "") -> list[Attention]:
    """The chosen predictions with names. `since` is the column that dates why they are on the list."""
    predictions = list(rows)
    names = _names([row.person_id for row in predictions])
    today = day_of(at, Business.load().timezone)
    return [_line(row, names.get(row.person_id, ""), today, since) for row in predictions]


def _line(row: Prediction, name: str, today: int, since: str) -> Attention:
    silent = max(today - row.last_day, 0)
    return Attention(
        person_id=row.person_id,
        name=name or _("Person %d") % row.person_id,
        purchase_days=row.purchase_days,
        last_day=row.last_day,
        silent_days=silent,
        rhythm_days=row.rhythm_days,
        chance_13w=row.chance_13w,
        value_12m=row.value_12m,
        at_stake=row.at_stake,
        cell=row.cell,
        since_us=getattr(row, since) if since else None,
        why=sentence(row.rhythm_days, silent, row.purchase_days),
    )


def sentence(rhythm: float | None, silent: int, purchase_days: int) -> str:
    """'Usually buys every 3 weeks; last bought 11 weeks ago.'"""
    last = _("bought today") if silent == 0 else _("last bought %s ago") % span(silent)
    if rhythm is None:
        bought = ngettext("Has bought once; %(last)s.", "Has bought on %(n)s days; %(last)s.", purchase_days)
        return bought % {"n": purchase_days, "last": last}
    return _("Usually buys every %(span)s; %(last)s.") % {"span": span(rhythm), "last": last}


def span(days: float) -> str:
    """A number of days in words: '5 days', '3 weeks', '4 months'."""
    if days >= 70:
        months = round(days / DAYS_PER_MONTH)
        return ngettext("%d month", "%d months", months) % months
    if days >= 14:
        weeks = round(days / DAYS_PER_WEEK)
        return ngettext("%d week", "%d weeks", weeks) % weeks
    whole = max(round(days), 1)
    return ngettext("%d day", "%d days", whole) % whole


def drifting(at: int) -> QuerySet[Prediction]:
    """Who is drifting away at an instant."""
    # the lower bound follows from the two conditions; it lets the index skip all who are long gone
    earliest = at - (GONE_AFTER + 1) * DAY
    return Prediction.objects.filter(drifts_us__gt=earliest, drifts_us__lte=at, gone_us__gt=at)


def regulars(at: int) -> QuerySet[Prediction]:
    """Who is a regular at an instant."""
    return Prediction.objects.filter(regular_since_us__lte=at, regular_until_us__gt=at)


def weeks_before(at: int, weeks: int) -> int:
    """The instant so many weeks earlier."""
    return at - weeks * DAYS_PER_WEEK * DAY


def _names(person_ids: Sequence[int]) -> dict[int, str]:
    found = Person.objects.filter(id__in=person_ids).only("id", "name", "email", "phone")
    return {person.id: str(person) for person in found}
