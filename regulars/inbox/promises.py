"""What was promised to whom: by kind and account, the hours of which desk, and how soon we answer (read-only)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from regulars.core.clock import HOUR
from regulars.core.models import Business
from regulars.inbox import clocks
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Desk, Routing

USUAL = [[["09:00", "17:30"]]] * 5 + [[], []]
WARN_SHARE = 0.25  # of the time, before it is over


def minutes_of(wall: str) -> int:
    """Minutes after midnight of "17:30"; "24:00" is the end of the day. Raises ValueError."""
    hour, minute = map(int, wall.split(":"))
    total = hour * 60 + minute
    if not (0 <= minute < 60 and 0 <= total <= clocks.ALL_DAY):
        raise ValueError(wall)
    return total


def hours_of(desk: Desk, zone: str) -> clocks.Hours:
    """A desk as clocks read it; `zone` is the shop's, for desks without one of their own."""
    week = tuple(tuple((minutes_of(start), minutes_of(stop)) for start, stop in day) for day in desk.week)
    return clocks.Hours(desk.zone or zone, week, frozenset(map(date.fromisoformat, desk.holidays)))


@dataclass
class Promises:
    """All that was decided, read once and asked often."""

    zone: str
    desks: dict[int, clocks.Hours]
    rules: dict[tuple[str, int], Routing]
    _found: dict[tuple[str, int], Routing] = field(default_factory=dict)

    def rule(self, kind: str, account_id: int | None = None) -> Routing:
        """The nearest decision: kind and account, the account, the kind; else as the kind says."""
        mark = (kind, account_id or 0)
        if mark not in self._found:
            places = [mark, ("", mark[1]), (kind, 0)] if mark[1] else [mark]
            known = (self.rules[place] for place in places if place in self.rules)
            self._found[mark] = next(known, Routing(kind=kind))
        return self._found[mark]

    def hours(self, kind: str, account_id: int | None = None) -> clocks.Hours:
        """When the desk is open that answers these."""
        return self.desks.get(self.rule(kind, account_id).desk_id) or self.desks[1]

    def want(self, kind: str, account_id: int | None = None, *, first: bool = True) -> int | None:
        """The business time within which we answer; None: none is promised."""
        rule = self.rule(kind, account_id)
        hours = rule.hours if rule.hours is not None else kind_of(kind).hours
        if not first and rule.next_hours is not None:
            hours = rule.next_hours
        return None if hours is None else round(hours * HOUR)

    def due(self, kind: str, account_id: int | None = None, *, since: int, first: bool = True) -> int | None:
        """By when an answer is promised to somebody who has waited since then."""
        hours, want = self.hours(kind, account_id), self.want(kind, account_id, first=first)
        if want is not None:
            return clocks.due(at=since, hours=hours, want_us=want)
        days = kind_of(kind).days
        return None if days is None else clocks.due_in_days(at=since, hours=hours, days=days)

    def warn(self, kind: str, account_id: int | None = None, *, since: int, first: bool = True) -> int | None:
        """When the owner is warned that the time is nearly over."""
        rule, want = self.rule(kind, account_id), self.want(kind, account_id, first=first)
        if want is None:
            return None
        before = round(want * WARN_SHARE) if rule.warn_hours is None else round(rule.warn_hours * HOUR)
        if not 0 < before < want:
            return None
        return clocks.due(at=since, hours=self.hours(kind, account_id), want_us=want - before)

    def took(self, kind: str, account_id: int | None = None, *, since: int, until: int) -> int:
        """The business time between two moments."""
        return clocks.elapsed(since=since, until=until, hours=self.hours(kind, account_id))


def promises() -> Promises:
    """As decided now."""
    zone = Business.load().timezone
    desks = {desk.id: hours_of(desk, zone) for desk in Desk.objects.all()}
    desks.setdefault(1, hours_of(Desk(week=USUAL, holidays={}), zone))
    return Promises(zone, desks, {(rule.kind, rule.account_id): rule for rule in Routing.objects.all()})
