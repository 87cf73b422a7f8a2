"""What one person's orders and occasions earn: by line and rule, in whole points.

Order of things, for each order: rules that give points for amounts and pieces, line by line; the factors that apply
to a line (stacked as the book says, the tier's factor among them); bonuses for the order; whole points by largest
remainder; then the limits, in order of time. Everything is told again from the start whenever something changed, so
a refund takes back exactly what the rest would not have earned, whatever it had caused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import NamedTuple
from zoneinfo import ZoneInfo

from regulars.loyalty import days
from regulars.loyalty.earning.matching import applies, is_of, is_time
from regulars.loyalty.earning.orders import Line, Order
from regulars.loyalty.earning.rules import Book, Limit, Rule
from regulars.loyalty.earning.shares import share_out


class Happened(NamedTuple):
    """An occasion other than an order: its kind, a key that is unique within the kind, and the event's name.
    `points` is what it gives, whatever the rules say."""

    id: int
    node_id: int
    kind: str
    key: str
    ts: int
    event: str = ""
    points: int | None = None


@dataclass(frozen=True)
class Live:
    """A rule book and since when it holds; `number` is its version."""

    number: int
    from_us: int
    book: Book


@dataclass(frozen=True)
class Past:
    """What one person did since they take part, oldest first. `bought_before`: an order before that stands."""

    orders: tuple[Order, ...]
    happened: tuple[Happened, ...] = ()
    bought_before: bool = False


class Grant(NamedTuple):
    """Points for one cause by one rule. `exact` and `factors` say how they came about."""

    node_id: int
    what: str
    rule: str
    points: int
    ts: int
    cause: str
    origin: str
    exact: Fraction = Fraction(0)
    factors: tuple[tuple[str, float], ...] = ()


TierAt = Callable[[Live, int], str]


def book_at(lives: Sequence[Live], ts: int) -> Live:
    """The version that holds for something that happened then: the last published before, else the first."""
    return next((live for live in reversed(lives) if live.from_us <= ts), lives[0])


def earned_by(past: Past, lives: Sequence[Live], zone: ZoneInfo, tier_at: TierAt | None = None) -> list[Grant]:
    """Every grant, in order of time. `tier_at(version, ts)` is the tier somebody had; None: without tiers."""
    told = _Telling(zone, past.bought_before)
    done = [*past.orders, *past.happened]
    for each in sorted(done, key=lambda each: (each.ts, isinstance(each, Happened), each.id)):
        live = book_at(lives, each.ts)
        tier = tier_at(live, each.ts) if tier_at else ""
        if isinstance(each, Order):
            told.take_order(each, live, tier)
        else:
            told.take_occasion(each, live, tier)
    return told.grants


@dataclass
class _Cell:
    """What one rule gives for one line, before rounding."""

    rule: Rule
    line: Line
    exact: Fraction
    factors: tuple[tuple[str, float], ...] = ()
    points: int = 0


@dataclass
class _Telling:
    zone: ZoneInfo
    bought: bool
    grants: list[Grant] = field(default_factory=list)
    used: dict[tuple, int] = field(default_factory=lambda: defaultdict(int))

    def take_order(self, order: Order, live: Live, tier: str) -> None:
        book = live.book
        rules = [rule for rule in book.rules if applies(rule, order, tier, self.zone)]
        first = not self.bought
        self.bought = self.bought or order.net > 0
        cells = [cell for rule in rules for cell in _by_line(rule, order)]
        _multiply(cells, [rule for rule in rules if rule.kind == "times"], order, book, tier)
        cells += [cell for rule in rules if rule.kind == "order" or (rule.kind == "first" and first)
                  for cell in _bonus(rule, order)]  # fmt: skip
        for cell, points in zip(cells, share_out([cell.exact for cell in cells]), strict=True):
            cell.points = points
        self._limit(cells, book, order.ts)
        for cell in cells:
            if cell.points:
                what, rule = f"o{order.id}.{cell.line.position}", f"{live.number}:{cell.rule.key}"
                self.grants.append(
                    Grant(order.node_id, what, rule, cell.points, order.ts, "purchase", f"order:{order.id}",
                          cell.exact, cell.factors)
                )  # fmt: skip

    def take_occasion(self, each: Happened, live: Live, tier: str) -> None:
        what = f"{each.kind}:{each.key}"
        if each.points is not None:
            exact = Fraction(each.points)
            self.grants.append(Grant(each.node_id, what, "gift", each.points, each.ts, "gift", what, exact))
            return
        for rule in live.book.rules:
            meant = rule.kind == each.kind and (rule.kind != "event" or rule.event == each.event)
            if not meant or not is_time(rule.when, each.ts, self.zone) or (rule.tiers and tier not in rule.tiers):
                continue
            cell = _Cell(rule, Line(0, "", "", Fraction(1), 0), Fraction(rule.points), points=rule.points)
            self._limit([cell], live.book, each.ts)
            if cell.points:
                name = f"{live.number}:{rule.key}"
                self.grants.append(Grant(each.node_id, what, name, cell.points, each.ts, each.kind, what, cell.exact))

    def _limit(self, cells: list[_Cell], book: Book, ts: int) -> None:
        """Limits of single rules, then those of the book; what is cut is cut off every line in proportion."""
        by_rule: dict[str, list[_Cell]] = {}
        for cell in cells:
            by_rule.setdefault(cell.rule.key, []).append(cell)
        day = days.day_of(ts, self.zone)
        for key, group in by_rule.items():
            self._hold_to(group, group[0].rule.most, key, day)
        if cells:
            self._hold_to(cells, book.most, "", day)

    def _hold_to(self, cells: list[_Cell], most: Limit, key: str, day) -> None:
        if most == _NO_LIMIT:
            return
        wanted = sum(cell.points for cell in cells)
        room = [wanted]
        if most.order is not None:
            room.append(most.order)
        if most.day is not None:
            room.append(most.day - self.used[key, day])
        if most.member is not None:
            room.append(most.member - self.used[key, None])
        got = max(min(room), 0)
        if got < wanted:
            for cell, points in zip(cells, share_out([cell.points for cell in cells], got), strict=True):
                cell.points = points
        self.used[key, day] += got
        self.used[key, None] += got


_NO_LIMIT = Limit()


def _by_line(rule: Rule, order: Order) -> list[_Cell]:
    if rule.kind not in ("amount", "piece"):
        return []
    lines = [line for line in order.lines if is_of(rule, line, order.store)]
    if rule.kind == "amount":
        return [_Cell(rule, line, Fraction(line.net * rule.points, rule.per)) for line in lines if line.net > 0]
    return [_Cell(rule, line, line.pieces * rule.points) for line in lines if line.pieces > 0]


def _bonus(rule: Rule, order: Order) -> list[_Cell]:
    """So many points for the order, in proportion to what was paid for its lines."""
    lines = [line for line in order.lines if line.net > 0 and is_of(rule, line, order.store)]
    paid = sum(line.net for line in lines)
    return [_Cell(rule, line, Fraction(rule.points * line.net, paid)) for line in lines]


def _multiply(cells: list[_Cell], times: list[Rule], order: Order, book: Book, tier: str) -> None:
    level = next((level for level in book.tiers.levels if level.key == tier), None) if book.tiers else None
    for cell in cells:
        factors = [(rule.key, rule.factor) for rule in times if is_of(rule, cell.line, order.store)]
        if level and level.factor != 1:
            factors.append((f"tier:{level.key}", level.factor))
        if factors:
            cell.factors = tuple(factors)
            cell.exact *= _stacked([Fraction(str(factor)) for _, factor in factors], book.stacking)


def _stacked(factors: list[Fraction], stacking: str) -> Fraction:
    if stacking == "multiply":
        return prod(factors, start=Fraction(1))
    if stacking == "add":
        return max(Fraction(0), 1 + sum(factor - 1 for factor in factors))
    return max(factors)
