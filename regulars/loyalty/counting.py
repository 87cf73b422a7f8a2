"""One person's past told by the rules: points, tier and thresholds. Pure: the same past gives the same answer.

What counts towards a tier are orders (their net, their number) or the points that rules give before any tier's own
factor, so that a tier never lifts itself. Points given by hand do not count.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from regulars.loyalty.earning.evaluate import Grant, Live, Past, book_at, earned_by
from regulars.loyalty.earning.matching import names
from regulars.loyalty.earning.orders import Order
from regulars.loyalty.earning.rules import Book, Picked
from regulars.loyalty.tiers.history import Counted, Floor, Place, Stay, history, place
from regulars.loyalty.tiers.scheme import Scheme
from regulars.loyalty.tiers.thresholds import Across, across


@dataclass(frozen=True)
class Limen:
    """A threshold as rules need it."""

    id: int
    name: str
    measure: str
    amount: int
    months: int
    only: Picked
    points: int
    tier: str
    from_us: int
    ended_us: int | None = None


@dataclass(frozen=True)
class Told:
    """The whole answer. `spans`: threshold id -> the times somebody was across; `past`: what was counted; `ahead`:
    when the first of what is dated in the future will be."""

    grants: list[Grant]
    place: Place | None
    stays: list[Stay]
    spans: dict[int, list[Across]]
    scheme: Scheme | None
    past: Past
    ahead: int | None

    @property
    def tier(self) -> str:
        """Key of the tier now; "" for none."""
        return self.scheme.levels[self.place.level].key if self.place and self.place.level >= 0 else ""


def tell(past: Past, lives: Sequence[Live], limens: Sequence[Limen], zone: ZoneInfo, at: int) -> Told:
    """Everything that follows from a past up to `at`. `lives` are the versions of the rules, oldest first."""
    ahead = min((each.ts for each in (*past.orders, *past.happened) if each.ts > at), default=None)
    past = _until(past, at)
    spans = {limen.id: _spans(past.orders, limen, zone, at) for limen in limens}
    plain = earned_by(past, lives, zone)
    grants = plain
    if any(_minds_tiers(live.book) for live in lives):
        grants = earned_by(past, lives, zone, _tier_at(past, plain, limens, spans, zone, at))
    grants = grants + _rewards(past, limens, spans)
    scheme = book_at(lives, at).book.tiers
    if scheme is None:
        return Told(grants, None, [], spans, None, past, ahead)
    counted, floors = what_counts(past.orders, plain, scheme), _floors(limens, spans, scheme)
    stays = history(counted, scheme, zone, at, floors)
    return Told(grants, place(counted, scheme, zone, at, floors), stays, spans, scheme, past, ahead)


def _until(past: Past, at: int) -> Past:
    orders = tuple(order for order in past.orders if order.ts <= at)
    return Past(orders, tuple(each for each in past.happened if each.ts <= at), past.bought_before)


def what_counts(orders: Sequence[Order], plain: Sequence[Grant], scheme: Scheme) -> list[Counted]:
    """What counts towards these tiers, in order of time."""
    if scheme.basis == "points":
        return [Counted(grant.ts, grant.points) for grant in plain]
    if scheme.basis == "orders":
        return [Counted(order.ts, 1) for order in orders if order.net > 0]
    return [Counted(order.ts, order.net) for order in orders if order.net > 0]


def _minds_tiers(book: Book) -> bool:
    return book.tiers is not None and (
        any(level.factor != 1 for level in book.tiers.levels) or any(rule.tiers for rule in book.rules)
    )


def _tier_at(past, plain, limens, spans, zone: ZoneInfo, at: int) -> Callable[[Live, int], str]:
    """The tier before something happened, by the tiers of the version that holds for it."""
    told: dict[int, tuple[list[int], list[Stay]]] = {}

    def tier_at(live: Live, ts: int) -> str:
        scheme = live.book.tiers
        if scheme is None:
            return ""
        if live.number not in told:
            counted = what_counts(past.orders, plain, scheme)
            stays = history(counted, scheme, zone, at, _floors(limens, spans, scheme))
            told[live.number] = [stay.since for stay in stays], stays
        begins, stays = told[live.number]
        level = stays[max(bisect_left(begins, ts) - 1, 0)].level
        return scheme.levels[level].key if level >= 0 else ""

    return tier_at


def _spans(orders: Sequence[Order], limen: Limen, zone: ZoneInfo, at: int) -> list[Across]:
    counted = [Counted(order.ts, worth) for order in orders if (worth := _worth(order, limen))]
    found = across(counted, amount=limen.amount, months=limen.months, from_us=limen.from_us, zone=zone)
    end = at if limen.ended_us is None else min(at, limen.ended_us)
    return [span for span in found if span.since <= end]


def _worth(order: Order, limen: Limen) -> int:
    lines = [line for line in order.lines if line.net > 0 and names(limen.only, line, order.store)]
    if limen.measure == "orders":
        return int(bool(lines))
    if limen.measure == "pieces":
        return int(sum((line.pieces for line in lines), Fraction(0)))
    return sum(line.net for line in lines)


def _floors(limens: Sequence[Limen], spans: dict[int, list[Across]], scheme: Scheme) -> list[Floor]:
    return [
        Floor(scheme.index(limen.tier), span.since, span.until)
        for limen in limens
        if limen.tier and scheme.index(limen.tier) >= 0
        for span in spans[limen.id]
    ]


def _rewards(past: Past, limens: Sequence[Limen], spans: dict[int, list[Across]]) -> list[Grant]:
    """Points for the first crossing, in the name of the first order."""
    return [
        Grant(past.orders[0].node_id, f"threshold:{limen.id}", "threshold", limen.points, spans[limen.id][0].since,
              "threshold", f"threshold:{limen.id}", Fraction(limen.points))
        for limen in limens
        if limen.points and spans[limen.id]
    ]  # fmt: skip
