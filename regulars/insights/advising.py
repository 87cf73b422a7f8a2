"""The nightly recommendations: measured on the last weeks, learned from everything, handed down to commerce.

Loaded only where it runs: SciPy's matrices take memory in every process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from regulars.commerce.actions import recommend
from regulars.core.models import Business
from regulars.insights import shelf
from regulars.insights.actions.habits import last_touch, renew_all
from regulars.insights.calendar import day_of
from regulars.insights.models import Report
from regulars.insights.recommending import choosing, lists, scoring, similar
from regulars.insights.recommending import rules as shop_rules
from regulars.insights.recommending.baskets import Baskets
from regulars.insights.recommending.lists import Lists

LENGTH = 10  # of each list: what a message or a page shows, and spare for what is bought or sold out meanwhile
BESTSELLERS = 60
COMPANIONS = 6
TOGETHER = 3  # people who must have bought both
ACTIVE_DAYS = 730  # who bought nothing for so long gets no list of their own
TOP = 40  # of a report's tables


def run(at: int) -> None:
    """Recommend anew, as `insights.actions.advise` promises; the caller holds the lock."""
    today = day_of(at, Business.load().timezone)
    since = last_touch()
    sales = shelf.everything(until_day=today)
    if not sales.lines.shape[1]:
        Report.objects.filter(name="advice").delete()
        return
    baskets, day = sales.baskets, today + 1
    choice, measured = choosing.measure(baskets, day=day, length=LENGTH)
    model = scoring.learn(baskets, day=day, settings=choice.settings)
    held = shelf.shelf(baskets)
    rules = shelf.rules_for(sales, baskets, held, day=day)
    tally = _Tally(baskets, held)
    pairs = similar.neighbours(model.bought, model.weights, most=COMPANIONS, least=TOGETHER)
    written = recommend(
        rows=_rows(model, rules, baskets, day, tally),
        together=_by_id(pairs, baskets, rules.offered),
        as_of_us=at,
        at=at,
    )
    renew_all(baskets, held, tally.category, day=day, since=since, at=at)
    _report(at, today, baskets, held, choice, measured, tally, written, pairs)


def _rows(model, rules, baskets: Baskets, day: int, tally: _Tally) -> Iterator[tuple]:
    """Rows for commerce: everybody's bestsellers, then the lists of everybody who bought in two years."""
    ids = baskets.products
    for rank, product in enumerate(lists.bestsellers(model, rules, length=BESTSELLERS).tolist(), 1):
        yield 0, "popular", rank, int(ids[product]), float(model.popularity[product]), None
    active = np.unique(baskets.since(day - ACTIVE_DAYS).person)
    for each in lists.lists(model, rules, active, length=LENGTH):
        tally.note(each)
        yield from _list_rows(each, baskets)


def _list_rows(each: Lists, baskets: Baskets) -> Iterator[tuple]:
    why = np.where(each.why >= 0, baskets.products[each.why], 0).tolist()
    columns = baskets.people[each.person], each.rank, baskets.products[each.product], each.score.astype(float)
    for (node, rank, product, score), reason in zip(
        zip(*(c.tolist() for c in columns), strict=True), why, strict=True
    ):
        yield node, each.kind, rank, product, score, reason or None


class _Tally:
    """What the lists hold, counted while they pass by: people per product, and everybody's likeliest category."""

    def __init__(self, baskets: Baskets, held: shelf.Shelf) -> None:
        self.held = held
        self.people = np.zeros(len(baskets.products), np.int64)
        self.weight = np.zeros((len(baskets.people), len(held.categories)), np.float32)
        self.listed: set[int] = set()

    def note(self, each: Lists) -> None:
        self.people += np.bincount(each.product, minlength=len(self.people))
        category = self.held.category[each.product]
        known = category >= 0
        np.add.at(self.weight, (each.person[known], category[known]), np.maximum(each.score[known], 0))
        self.listed.update(np.unique(each.person).tolist())

    @property
    def category(self) -> list[str]:
        """By person: the category that weighs most on their lists, empty where none does."""
        if not self.held.categories:
            return [""] * len(self.weight)
        top, some = self.weight.argmax(1).tolist(), (self.weight.max(1) > 0).tolist()
        return [self.held.categories[place] if known else "" for place, known in zip(top, some, strict=True)]


def _by_id(pairs: list[tuple], baskets: Baskets, offered: np.ndarray) -> Iterator[tuple]:
    ids = baskets.products.tolist()
    for product, rank, other, people, strength in pairs:
        if offered[other]:
            yield ids[product], rank, ids[other], people, strength


def _report(at, today, baskets, held, choice, measured, tally, written, pairs) -> None:
    ids, top = baskets.products.tolist(), np.argsort(-tally.people, kind="stable")[:TOP].tolist()
    sold = baskets.since(today + 1 - choosing.WEEKS).counts()
    again = shop_rules.bought_again(baskets, held.category).tolist()
    gaps = shop_rules.usual_gaps(baskets, held.category).tolist()
    content = {
        "people": len(tally.listed),
        "rows": written,
        "products": len(ids),
        "covered": int((tally.people > 0).sum()),
        "choice": asdict(choice),
        "measured": [asdict(one) for one in measured],
        "top": [[ids[p], int(tally.people[p]), int(sold[p])] for p in top if tally.people[p]],
        "pairs": [[ids[a], ids[b], people, round(w, 4)] for a, _, b, people, w in _strongest(pairs)],
        "categories": [
            [name, share, None if gap == np.inf else gap]
            for name, share, gap in zip(held.categories, again, gaps, strict=True)
        ],
    }
    Report.objects.update_or_create(name="advice", day=today, defaults={"as_of_us": at, "content": content})


def _strongest(pairs: list[tuple]) -> list[tuple]:
    """The pairs that most people bought together, each once, in the direction that says more."""
    found: dict[tuple[int, int], tuple] = {}
    for pair in pairs:
        key = (min(pair[0], pair[2]), max(pair[0], pair[2]))
        found[key] = max(found.get(key, pair), pair, key=lambda one: one[4])
    return sorted(found.values(), key=lambda one: (-one[3], one[0], one[2]))[:TOP]
