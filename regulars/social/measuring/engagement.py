"""How people took our posts, month by month: rates with intervals, links followed, people we know. Read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from regulars.core import bulk
from regulars.core.models import Business
from regulars.people.models import Person
from regulars.social.measuring.competing import Shown
from regulars.social.measuring.results import results
from regulars.social.publishing.clock import local_of, moment_of

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """Reactions per view over posts, with a 95% interval that takes posts as they differ (ratio estimate, delta
    method): a thousand views of one post are not a thousand trials."""

    share: float
    low: float
    high: float
    posts: int


def rate(posts: Sequence[Shown]) -> Rate | None:
    """Of posts whose views are known; None for fewer than two of them."""
    some = [one for one in posts if one.reach]
    views = sum(one.reach or 0 for one in some)
    if len(some) < 2:
        return None
    share, n = sum(one.engaged for one in some) / views, len(some)
    squares = sum((one.engaged - share * (one.reach or 0)) ** 2 for one in some)
    half = Z95 * sqrt(n / (n - 1) * squares) / views
    return Rate(share, max(0.0, share - half), share + half, n)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of publishing. `people`: known persons who engaged; `clicks`: links followed by people, `machines`
    left out of them."""

    month: str
    posts: int
    reactions: int
    views: int
    rate: Rate | None
    clicks: int
    machines: int
    people: int


def months_back(at: int, count: int) -> list[str]:
    """ "2026-03": this month of the shop and those before it, newest first."""
    year, month = map(int, local_of(at, Business.load().timezone)[:7].split("-"))
    first = year * 12 + month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, first - count, -1)]


def begin_of(month: str) -> int:
    """When a month of the shop begins."""
    return moment_of(f"{month}-01T00:00", Business.load().timezone)


def by_month(*, at: int, count: int = 12) -> list[Month]:
    """The last so many months, newest first."""
    names = months_back(at, count)
    since = begin_of(names[-1])
    posts: dict[str, list[Shown]] = defaultdict(list)
    for one in results(at=at, since=since, least_age=0):
        posts[one.local[:7]].append(one)
    clicks, people = _clicks(since), _people(since, at)
    return [_month(name, posts[name], clicks.get(name, (0, 0)), people.get(name, 0)) for name in names]


def _month(name: str, posts: Sequence[Shown], clicks: tuple[int, int], people: int) -> Month:
    reactions, views = sum(one.engaged for one in posts), sum(one.reach or 0 for one in posts)
    return Month(name, len(posts), reactions, views, rate(posts), *clicks, people)


def _clicks(since: int) -> dict[str, tuple[int, int]]:
    """{month: links followed by people, by machines}."""
    day = since // 86_400_000_000 - 1
    rows = bulk.query(
        "SELECT day, sum(people), sum(machines) FROM social_linkday WHERE day >= %s GROUP BY day", [day]
    )
    found: dict[str, tuple[int, int]] = {}
    for number, people, machines in rows:
        month = local_of(number * 86_400_000_000, "UTC")[:7]
        before = found.get(month, (0, 0))
        found[month] = (before[0] + int(people), before[1] + int(machines))
    return found


def _people(since: int, at: int) -> dict[str, int]:
    """{month: known persons who engaged in it}."""
    rows = bulk.query(
        "SELECT n.person_id, e.at FROM social_engaged e JOIN people_node n ON n.id = e.node_id"
        " WHERE e.at >= %s AND e.at <= %s AND n.person_id IS NOT NULL",
        [since, at],
    )
    zone, met = Business.load().timezone, defaultdict(set)
    for person, moment in rows:
        met[local_of(moment, zone)[:7]].add(person)
    return {month: len(some) for month, some in met.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """A person who engaged: how often, and when last."""

    person: Person
    times: int
    last_us: int


def people_engaged(*, since: int, kind: str = "", limit: int = 100) -> tuple[int, list[Known]]:
    """(how many, those who engaged last): the people behind the figures."""
    which, params = ("AND e.kind = %s", [since, kind]) if kind else ("", [since])
    sql = (
        "SELECT n.person_id, count(*), max(e.at) FROM social_engaged e JOIN people_node n ON n.id = e.node_id"
        f" WHERE e.at >= %s {which} AND n.person_id IS NOT NULL"
        " GROUP BY n.person_id ORDER BY max(e.at) DESC, n.person_id"
    )
    rows = bulk.query(sql, params)
    persons = Person.objects.in_bulk([person for person, _times, _last in rows[:limit]])
    return len(rows), [Known(persons[one], n, last) for one, n, last in rows[:limit] if one in persons]
