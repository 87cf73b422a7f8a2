"""Thresholds: since when somebody bought enough of something within some months, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.loyalty import days
from regulars.loyalty.tiers.history import Counted


class Across(NamedTuple):
    """Across the threshold from one instant until another; None: as long as nothing is returned."""

    since: int
    until: int | None


def across(counted: Sequence[Counted], *, amount: int, months: int, from_us: int, zone: ZoneInfo) -> list[Across]:
    """Every span in which the sum of the last `months` months (0: ever) was enough, from `from_us` on.

    Who was across when the threshold was set up crosses it then.
    """
    changes = [(each.ts, each.worth) for each in counted]
    if months:
        changes += [(days.window_leaves(each.ts, months, zone), -each.worth) for each in counted]
    spans: list[Across] = []
    sum_, since = 0, None
    moments = _by_moment(changes)
    for moment, change in moments:
        sum_ += change
        if sum_ >= amount and since is None:
            since = moment
        elif sum_ < amount and since is not None:
            spans.append(Across(since, moment))
            since = None
    if since is not None:
        spans.append(Across(since, None))
    return [
        Across(max(span.since, from_us), span.until) for span in spans if span.until is None or span.until > from_us
    ]


def _by_moment(changes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    together: dict[int, int] = {}
    for moment, change in changes:
        together[moment] = together.get(moment, 0) + change
    return sorted(together.items())
