"""How somebody's tier went: up at once, down only at the end of window and grace.

Reached on a day, a tier lasts for a window (so many months, or until the year ends) and the grace. Then what was
bought in that window and the grace is counted: enough, and the tier lasts another window; else it falls. A refund
changes what was bought, so the whole history is told again without it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.loyalty import days
from regulars.loyalty.tiers.scheme import Scheme


class Counted(NamedTuple):
    """Something that counts towards a tier."""

    ts: int
    worth: int


class Floor(NamedTuple):
    """A tier somebody has at least from one instant until another (None: for good)."""

    level: int
    since: int
    until: int | None


class Stay(NamedTuple):
    """A tier from `since` until the next stay; -1 is none. `review`: when it is looked at again."""

    level: int
    since: int
    review: int | None


@dataclass(frozen=True)
class Place:
    """Where somebody stands at a moment. `falls_to` is the level after `review` if nothing more happens; `next_us`
    the next instant at which any of this changes by time alone."""

    level: int
    since: int | None
    review: int | None
    falls_to: int
    progress: int
    to_next: int | None
    next_us: int | None


class _Sums:
    """What was counted between two instants, by two look-ups."""

    def __init__(self, counted: Sequence[Counted]) -> None:
        self.ts = [each.ts for each in counted]
        self.sums = [0, *accumulate(each.worth for each in counted)]

    def between(self, begin: int, end: int) -> int:
        """From `begin` to `end`, both included."""
        return self.sums[bisect_right(self.ts, end)] - self.sums[bisect_left(self.ts, begin)]


def history(
    counted: Sequence[Counted], scheme: Scheme, zone: ZoneInfo, at: int, floors: Sequence[Floor] = ()
) -> list[Stay]:
    """The stays up to `at`, oldest first; the first has level -1. `counted` is in order of time."""
    own = _own(counted, scheme, zone, at)
    return _lifted(own, floors, at) if floors else own


def _own(counted: Sequence[Counted], scheme: Scheme, zone: ZoneInfo, at: int) -> list[Stay]:
    sums = _Sums(counted)
    stays = [Stay(-1, 0, None)]
    valid = 0  # the end of the window of the tier one has
    for each in [*counted, None]:
        now = at if each is None or each.ts > at else each.ts
        while stays[-1].review is not None and stays[-1].review <= now:
            last = stays[-1]
            level = _after_review(last, sums.between(_begins(valid, scheme, zone), last.review), scheme)
            valid = _ends(valid, scheme, zone)
            _add(stays, level, last.review, _graced(valid, scheme, zone))
        if each is None or each.ts > at:
            break
        level = scheme.level_of(sums.between(_begins_now(each.ts, scheme, zone), each.ts))
        if level > stays[-1].level:
            valid = _first_end(each.ts, scheme, zone)
            _add(stays, level, each.ts, _graced(valid, scheme, zone))
    return stays


def _add(stays: list[Stay], level: int, since: int, review: int) -> None:
    """A stay that goes on keeps its beginning."""
    if level == stays[-1].level:
        stays[-1] = Stay(level, stays[-1].since, review)
    else:
        stays.append(Stay(level, since, review if level >= 0 else None))


def _after_review(stay: Stay, sum_: int, scheme: Scheme) -> int:
    reached = scheme.level_of(sum_)
    if reached >= stay.level:
        return stay.level
    return stay.level - 1 if scheme.fall == "one" else reached


def _first_end(ts: int, scheme: Scheme, zone: ZoneInfo) -> int:
    """The midnight at which the day on which a tier was reached has left the window."""
    if not scheme.months:
        return days.year_begins(ts, zone, later=1)
    return days.window_leaves(ts, scheme.months, zone)


def _ends(valid: int, scheme: Scheme, zone: ZoneInfo) -> int:
    """Where the window ends that begins at the end of the last one."""
    if not scheme.months:
        return days.year_begins(valid, zone, later=1)
    return days.begins(days.months_later(days.day_of(valid, zone), scheme.months), zone)


def _begins(valid: int, scheme: Scheme, zone: ZoneInfo) -> int:
    """Where the window began that ends at `valid`."""
    if not scheme.months:
        return days.year_begins(valid - 1, zone)
    return days.window_begins(valid, scheme.months, zone)


def _begins_now(ts: int, scheme: Scheme, zone: ZoneInfo) -> int:
    """Where the window begins that an instant is in."""
    return days.window_begins(ts, scheme.months, zone) if scheme.months else days.year_begins(ts, zone)


def _graced(valid: int, scheme: Scheme, zone: ZoneInfo) -> int:
    return days.days_later(valid, scheme.grace_days - 1, zone)


def _lifted(own: list[Stay], floors: Sequence[Floor], at: int) -> list[Stay]:
    """The higher of one's own tier and the floors, at every instant."""
    edges = (
        {stay.since for stay in own} | {f.since for f in floors} | {f.until for f in floors if f.until is not None}
    )
    stays: list[Stay] = []
    for edge in sorted(e for e in edges if e <= at):
        mine = own[bisect_right([stay.since for stay in own], edge) - 1]
        there = [f for f in floors if f.since <= edge and (f.until is None or edge < f.until)]
        floor = max(there, default=None, key=lambda f: (f.level, f.until is None, f.until or 0))
        lifted = floor is not None and floor.level > mine.level
        level, review = (floor.level, floor.until) if lifted else (mine.level, mine.review)
        since = stays[-1].since if stays and stays[-1].level == level else edge
        if stays and stays[-1].level == level:
            stays.pop()
        stays.append(Stay(level, since, review))
    return stays


def place(counted: Sequence[Counted], scheme: Scheme, zone: ZoneInfo, at: int, floors: Sequence[Floor] = ()) -> Place:
    """Where somebody stands at `at`, and what comes by time alone."""
    so_far = [each for each in counted if each.ts <= at]
    now = history(so_far, scheme, zone, at, floors)[-1]
    after = history(so_far, scheme, zone, now.review, floors)[-1].level if now.review is not None else now.level
    begins = _begins_now(at, scheme, zone)
    progress = sum(each.worth for each in so_far if each.ts >= begins)
    above = scheme.levels[now.level + 1].least if now.level + 1 < len(scheme.levels) else None
    changes = [now.review, _drops(so_far, begins, scheme, zone), _warns(now, after, scheme, zone)]
    changes += [f.since for f in floors] + [f.until for f in floors] + [each.ts for each in counted]
    return Place(
        level=now.level,
        since=now.since if now.level >= 0 else None,
        review=now.review,
        falls_to=after,
        progress=progress,
        to_next=None if above is None else max(above - progress, 1),
        next_us=min((change for change in changes if change is not None and change > at), default=None),
    )


def _drops(so_far: Sequence[Counted], begins: int, scheme: Scheme, zone: ZoneInfo) -> int | None:
    """When the oldest of what counts now leaves the window."""
    oldest = next((each.ts for each in so_far if each.ts >= begins), None)
    if oldest is None:
        return None
    return (
        days.window_leaves(oldest, scheme.months, zone) if scheme.months else days.year_begins(oldest, zone, later=1)
    )


def _warns(now: Stay, after: int, scheme: Scheme, zone: ZoneInfo) -> int | None:
    return warning(now.review, scheme, zone) if now.review is not None and after < now.level else None


def warning(review: int, scheme: Scheme, zone: ZoneInfo) -> int:
    """When somebody is told that the tier will fall."""
    return days.days_later(review, -scheme.warn_days - 1, zone)
