"""What the answers say: scores with intervals, response rates beside them, over time, by group, weighted.

Left out: answers a colleague excluded, second ones of a device, and of anonymous surveys what is not released. Groups
of an anonymous survey that are smaller than its smallest group are not shown, nor one more, so that no difference
between the whole and the rest tells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from regulars.core.clock import HOUR, from_us
from regulars.core.models import Business
from regulars.feedback import figures
from regulars.feedback.figures import Figure
from regulars.feedback.models import Invitation, Response, Survey
from regulars.feedback.traits import BREAKDOWNS
from regulars.segments.models import Membership

NPS_PARTS = ("promoter", "passive", "detractor")
CSAT_PARTS = ("satisfied", "neutral", "unsatisfied")
LEAST_TO_RAKE = 30


@dataclass(frozen=True)
class Score:
    """A score with its interval, how many answers of which part it is made of, and how many were asked.

    `figure` is NPS in points or the share of the satisfied; None without answers. `rate` is answered of asked.
    """

    kind: str
    parts: dict[str, float]
    figure: Figure | None
    asked: int = 0
    answered: int = 0

    @property
    def n(self) -> int:
        """Answers with a score."""
        return int(sum(self.parts.values()))

    @property
    def rate(self) -> Figure | None:
        """The response rate, a share with its interval."""
        return figures.wilson(self.answered, self.asked) if self.asked else None


@dataclass(frozen=True)
class Funnel:
    """How many were asked and what became of it; `dropped` says why others were not asked."""

    invited: int
    delivered: int
    opened: int
    started: int
    answered: int
    waiting: int
    dropped: dict[str, int] = field(default_factory=dict)


def made_score(
    kind: str, parts: Mapping[str, float], *, asked: int = 0, answered: int = 0, listed: int | None = None
) -> Score:
    """The score of so many answers of each part. `listed`: the size of the finite list they come from."""
    known = NPS_PARTS if kind == "nps" else CSAT_PARTS
    counts = {part: parts.get(part, 0) for part in known}
    if kind == "nps":
        figure = figures.nps(*counts.values(), listed=listed)
    else:
        figure = figures.wilson(counts["satisfied"], sum(counts.values()), listed=listed)
    return Score(kind, counts, figure, asked, answered)


def counted(survey: Survey, *, since: int | None = None, until: int | None = None) -> QuerySet[Response]:
    """The answers that count, of a stretch of time."""
    found = Response.objects.filter(survey_id=survey.id, excluded_us=None, duplicate=False, released=True)
    found = found.filter(answered_us__gte=since) if since is not None else found
    return found.filter(answered_us__lt=until) if until is not None else found


def _asked(survey: Survey, since: int | None, until: int | None) -> QuerySet[Invitation]:
    found = Invitation.objects.filter(survey_id=survey.id, invited_us__isnull=False)
    found = found.filter(invited_us__gte=since) if since is not None else found
    return found.filter(invited_us__lt=until) if until is not None else found


def funnel(survey: Survey, *, since: int | None = None, until: int | None = None) -> Funnel:
    """Invited, delivered, opened, started, answered; of anonymous surveys opened and started are not known."""
    found = _asked(survey, since, until).aggregate(
        invited=Count("id"), delivered=Count("delivered_us"), opened=Count("opened_us"), started=Count("started_us"),
        answered=Count("answered_us"),
    )  # fmt: skip
    others = Invitation.objects.filter(survey_id=survey.id)
    waiting = others.filter(invited_us=None, dropped_us=None).count()
    why = others.filter(dropped_us__isnull=False).values_list("why").annotate(n=Count("id")).order_by("-n")
    return Funnel(**found, waiting=waiting, dropped=dict(why))


def score(survey: Survey, *, since: int | None = None, until: int | None = None, finite: bool = False) -> Score:
    """The score over everybody. `finite`: the people who were asked are the whole that it is about."""
    parts = dict(
        counted(survey, since=since, until=until).exclude(part="").values_list("part").annotate(n=Count("id"))
    )
    rate = _asked(survey, since, until).aggregate(asked=Count("id"), answered=Count("answered_us"))
    return made_score(survey.kind, parts, **rate, listed=rate["asked"] if finite else None)


# --- over time


@dataclass(frozen=True)
class Point:
    """The score of a week or month; `begin` is its first day."""

    begin: date
    score: Score


def trend(survey: Survey, *, step: str = "month", since: int | None = None) -> list[Point]:
    """The score per week (from the business's first weekday) or month, oldest first, where there are answers."""
    business = Business.load()
    zone = ZoneInfo(business.timezone)
    rows = counted(survey, since=since).exclude(part="").values_list("answered_us", "part")
    found: dict[date, Counter] = defaultdict(Counter)
    begins: dict[int, date] = {}
    for when, part in rows.iterator():
        hour = when // HOUR
        if hour not in begins:
            begins[hour] = _begin(from_us(when).astimezone(zone).date(), step, business.week_start)
        found[begins[hour]][part] += 1
    return [Point(day, made_score(survey.kind, parts)) for day, parts in sorted(found.items())]


def _begin(day: date, step: str, week_start: int) -> date:
    return day.replace(day=1) if step == "month" else day - timedelta(days=(day.weekday() - week_start) % 7)


def change(now: Score, before: Score) -> Figure | None:
    """By how much an NPS differs from an earlier one, with the interval of the difference."""
    if now.kind != "nps":
        return None
    return figures.nps_difference(tuple(now.parts.values()), tuple(before.parts.values()))


# --- by group


def breakdown(
    survey: Survey, by: str, *, since: int | None = None, until: int | None = None
) -> list[tuple[str, Score]]:
    """The score per store, tier or category, largest group first; "" is unknown. Raises KeyError for another `by`."""
    if by not in BREAKDOWNS:
        raise KeyError(by)
    parts: dict[str, Counter] = defaultdict(Counter)
    found = counted(survey, since=since, until=until).exclude(part="")
    rows = found.values_list(by, "part").annotate(n=Count("id"))
    for name, part, n in rows:
        parts[name][part] = n
    asked = {
        name: (sent, back)
        for name, sent, back in _asked(survey, since, until)
        .values_list(by)
        .annotate(sent=Count("id"), back=Count("answered_us"))
    }
    made = [
        (name, made_score(survey.kind, found, asked=asked.get(name, (0, 0))[0], answered=asked.get(name, (0, 0))[1]))
        for name, found in parts.items()
    ]
    return safe(survey, sorted(made, key=lambda one: (-one[1].n, one[0])))


def by_segment(
    survey: Survey, segment_ids: Sequence[int], *, since: int | None = None, until: int | None = None
) -> dict[int, Score]:
    """The score of the people who are in these segments now. Nothing for an anonymous survey: nobody is known."""
    found: dict[int, Score] = {}
    for segment in segment_ids:
        inside = Membership.objects.filter(segment_id=segment, member=True).values("person_id")
        theirs = Q(node_id__in=inside)
        rows = counted(survey, since=since, until=until).filter(theirs).exclude(part="")
        parts = dict(rows.values_list("part").annotate(n=Count("id")))
        invited = _asked(survey, since, until).filter(theirs)
        rate = invited.aggregate(asked=Count("id"), answered=Count("answered_us"))
        if parts and not survey.anonymous:
            found[segment] = made_score(survey.kind, parts, **rate)
    return found


def safe(survey: Survey, rows: Iterable[tuple[Any, Score]]) -> list[tuple[Any, Score]]:
    """Without groups that would name people: those under the smallest, and while one group alone is hidden or the
    hidden ones together are too few, the smallest shown one too, because the whole less the rest would tell."""
    rows = list(rows)
    if not survey.anonymous:
        return rows
    least = survey.smallest_group
    shown = [row for row in rows if row[1].n >= least]
    hidden = [row[1].n for row in rows if 0 < row[1].n < least]
    while shown and hidden and (len(hidden) == 1 or sum(hidden) < least):
        smallest = min(shown, key=lambda row: row[1].n)
        shown.remove(smallest)
        hidden.append(smallest[1].n)
    return shown


# --- weighted


@dataclass(frozen=True)
class Weighted:
    """The score as if everybody who was asked had answered alike often: `effective` answers are left of `n`."""

    figure: Figure
    n: int
    effective: float
    dimensions: tuple[str, ...]


def weighted(survey: Survey, *, since: int | None = None, until: int | None = None) -> Weighted | None:
    """NPS raked to the people who were asked, over store, tier and category, as far as they are known and differ.
    None for other kinds, anonymous surveys, and too few answers."""
    if survey.kind != "nps" or survey.anonymous:
        return None
    answers = list(
        counted(survey, since=since, until=until)
        .filter(invitation_id__isnull=False)
        .exclude(part="")
        .values_list("part", *BREAKDOWNS)
    )
    used = [axis for axis in range(len(BREAKDOWNS)) if len({row[axis + 1] for row in answers}) > 1]
    if len(answers) < LEAST_TO_RAKE or not used:
        return None
    cells = Counter(tuple(row[axis + 1] for axis in used) for row in answers)
    targets = [_shares(_asked(survey, since, until), BREAKDOWNS[axis]) for axis in used]
    weights = figures.rake(cells, targets)
    parts: dict[str, list[float]] = defaultdict(list)
    for row in answers:
        parts[row[0]].append(weights[tuple(row[axis + 1] for axis in used)])
    found = figures.nps_weighted(parts)
    every = [weight for some in parts.values() for weight in some]
    return found and Weighted(found, len(every), figures.effective(every), tuple(BREAKDOWNS[axis] for axis in used))


def _shares(asked: QuerySet[Invitation], column: str) -> dict[str, float]:
    rows = dict(asked.values_list(column).annotate(n=Count("id")))
    whole = sum(rows.values())
    return {value: n / whole for value, n in rows.items()} if whole else {}
