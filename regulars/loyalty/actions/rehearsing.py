"""Rules tested before they go live: what the draft would have given for the last month. Nothing is posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.loyalty.actions.rules import draft_book, live_book
from regulars.loyalty.counting import Told, tell
from regulars.loyalty.earning.evaluate import Live
from regulars.loyalty.earning.rules import Book, title
from regulars.loyalty.gathering import Terms, gather, terms_of
from regulars.loyalty.models import Finding, Programme

WINDOW_DAYS, BATCH, ENDS = 30, 500, 10


@job(lane="soon")
def rehearse(*, programme_id: int, at: int) -> None:
    """Tell the last 30 days once by the live rules and once by the draft, and keep the difference. Writes nothing
    else; running it again replaces it."""
    programme = Programme.objects.get(id=programme_id)
    content = difference(programme, draft_book(programme), since=at - WINDOW_DAYS * DAY, until=at)
    Finding.objects.update_or_create(
        programme_id=programme.id, name="rehearsal", defaults={"asked_us": at, "as_of_us": at, "content": content}
    )


def difference(programme: Programme, draft: Book, *, since: int, until: int) -> dict:
    """{"people", "orders", "points": [live, draft], "rules": [[name, live, draft]], "gain", "lose": [[person, live,
    draft]], "more", "fewer", "tiers": [[name, live, draft]]} for what happened from `since` until `until`.

    Both rule books are told as if they had held for the whole time, so the difference is theirs alone.
    """
    terms = terms_of(programme)
    sides = [_as_if(terms, book, since) for book in (live_book(programme), draft)]
    sums, people, orders = _Sums(since, until), _buyers(since, until), 0
    for begin in range(0, len(people), BATCH):
        whos = gather(people[begin : begin + BATCH], terms)
        for person, who in whos.items():
            told = [tell(who.past, side.lives, side.limens, side.zone, until) for side in sides]
            orders += sum(1 for order in told[0].past.orders if order.ts >= since)
            sums.add(person, told)
    return {"people": len(people), "orders": orders, "since_us": since, "until_us": until, **sums.content(sides)}


def _as_if(terms: Terms, book: Book, since: int) -> Terms:
    """The terms with this book from `since` on."""
    before = tuple(live for live in terms.lives if live.from_us < since)
    return replace(terms, lives=(*before, Live(0, since if before else 0, book)))


def _buyers(since: int, until: int) -> list[int]:
    rows = bulk.query(
        "SELECT DISTINCT n.person_id FROM commerce_order o JOIN people_node n ON n.id = o.node_id"
        " WHERE o.ts >= %s AND o.ts < %s AND o.cancelled_us IS NULL AND n.person_id IS NOT NULL ORDER BY n.person_id",
        [since, until],
    )
    return [person for (person,) in rows]


class _Sums:
    """Adds people up."""

    def __init__(self, since: int, until: int) -> None:
        self.since, self.until = since, until
        self.points, self.rules, self.tiers = [0, 0], [{}, {}], [{}, {}]
        self.people: list[tuple[int, int, int]] = []

    def add(self, person: int, told: Sequence[Told]) -> None:
        both = []
        for side, answer in enumerate(told):
            grants = [g for g in answer.grants if self.since <= g.ts < self.until]
            for grant in grants:
                key = grant.rule.partition(":")[2] or grant.rule
                self.rules[side][key] = self.rules[side].get(key, 0) + grant.points
            if answer.tier:
                self.tiers[side][answer.tier] = self.tiers[side].get(answer.tier, 0) + 1
            both.append(sum(grant.points for grant in grants))
            self.points[side] += both[-1]
        if both[0] != both[1]:
            self.people.append((person, *both))

    def content(self, sides: Sequence[Terms]) -> dict:
        ordered = sorted(self.people, key=lambda row: (row[1] - row[2], row[0]))
        gain = [row for row in ordered if row[2] > row[1]]
        lose = [row for row in reversed(ordered) if row[2] < row[1]]
        return {
            "points": self.points,
            "rules": self._beside(self.rules, [_rule_names(side) for side in sides]),
            "tiers": self._beside(self.tiers, [_tier_names(side) for side in sides]),
            "gain": [list(row) for row in gain[:ENDS]],
            "lose": [list(row) for row in lose[:ENDS]],
            "more": len(gain),
            "fewer": len(lose),
        }

    def _beside(self, counts: list[dict[str, int]], names: list[dict[str, str]]) -> list[list]:
        keys = list(dict.fromkeys([*names[0], *names[1], *counts[0], *counts[1]]))
        return [[names[1].get(k) or names[0].get(k) or k, counts[0].get(k, 0), counts[1].get(k, 0)] for k in keys]


def _rule_names(terms: Terms) -> dict[str, str]:
    return {rule.key: title(rule) for rule in terms.lives[-1].book.rules if rule.kind != "times"}


def _tier_names(terms: Terms) -> dict[str, str]:
    scheme = terms.lives[-1].book.tiers
    return {level.key: level.name for level in scheme.levels} if scheme else {}


def ask_rehearsal(*, programme_id: int, at: int) -> None:
    """Have the draft tested in the background; until then there is no answer."""
    with transaction.atomic():
        Finding.objects.update_or_create(
            programme_id=programme_id, name="rehearsal", defaults={"asked_us": at, "as_of_us": None}
        )
        rehearse.later(programme_id=programme_id, at=at)
