"""Settings are chosen on the shop's own weeks, and the lists measured on later ones.

Three stretches of time, each four weeks: the last is the test, the one before it the validation, all before that is
learned from. Nothing at or after a stretch's first day has any influence on the lists measured against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy import sparse

from . import demand, measuring, scoring
from .baskets import Baskets
from .measuring import Share
from .scoring import Model, Settings, best, blocks, first_of, learn

WEEKS = 28  # days of a stretch
LENGTH = 20  # of the lists by which settings are chosen, as in the published table
LEAST = 30  # people who bought in a stretch, or nothing is said
MOST = 1_500  # people who are asked in the validation; more change no choice
MEASURED = 8_000  # people on whom lists are measured: an interval of one point to either side
RIDGES = (50.0, 200.0, 1000.0)
HALF_LIVES = (60.0, 120.0, 240.0)
SIMILAR = (0.1, 0.3, 1.0, 3.0)
TRENDS = (0.0, 0.3, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """People who had bought before `day` and bought again in the stretch, and what (people by products)."""

    day: int
    rows: np.ndarray
    truth: sparse.csr_array


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings, and whether the shop's own weeks chose them (else they are the defaults)."""

    settings: Settings
    people: int
    ndcg: float | None = None
    ndcg_new: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of list against the same people's purchases in the test weeks."""

    kind: str
    people: int
    length: int
    hit: Share
    recall: Share
    ndcg: Share


def stretch(baskets: Baskets, *, day: int, new: bool = False) -> Stretch:
    """The four weeks from `day`. `new`: only products that the person had never bought, and people with such."""
    before, after = baskets.before(day), baskets.since(day).before(day + WEEKS).matrix()
    if new:
        after = (after - after.multiply(before.matrix())).tocsr()
        after.eliminate_zeros()
    known = np.bincount(before.person, minlength=len(baskets.people)) > 0
    rows = np.flatnonzero(known & (np.diff(after.indptr) > 0))
    return Stretch(day, rows, after[rows])


def choose(baskets: Baskets, *, day: int) -> Choice:
    """The settings that rank best in the four weeks before `day`, learned from what was before those."""
    held = [stretch(baskets.before(day), day=day - WEEKS, new=new) for new in (False, True)]
    if min(len(each.rows) for each in held) < LEAST:
        return Choice(Settings(), 0)
    mixed, unseen = (_sample(each, MOST) for each in held)
    ndcg_new, model = max(_by_new(baskets, unseen), key=lambda pair: pair[0])
    ndcg, settings = max(_by_mixture(baskets, model, mixed), key=lambda pair: pair[0])
    return Choice(settings, len(held[0].rows), ndcg, ndcg_new)


def _by_new(baskets: Baskets, held: Stretch) -> Iterator[tuple[float, Model]]:
    """(how well it ranks what people had never bought, the model) for every ridge and trend."""
    for ridge in RIDGES:
        model = learn(baskets, day=held.day, settings=Settings(ridge=ridge))
        speaks = scoring.alike(model, held.rows)
        for power in TRENDS:
            tried = replace(model, settings=replace(model.settings, trend_new=power))
            yield _ndcg(scoring.new(tried, held.rows, speaks), held), tried


def _by_mixture(baskets: Baskets, model: Model, held: Stretch) -> Iterator[tuple[float, Settings]]:
    """(how well it ranks anything, the settings) for every half-life, weight and trend; the rest is chosen."""
    known, speaks = baskets.before(model.day), scoring.alike(model, held.rows)
    for half_life in HALF_LIVES:
        felt = demand.decayed_frequency(known, day=model.day, half_life=half_life)
        for weight, power in product(SIMILAR, TRENDS[:3]):
            tried = replace(model.settings, half_life=half_life, similar=weight, trend=power)
            scores = scoring.anything(replace(model, settings=tried, demand=felt), held.rows, speaks)
            yield _ndcg(scores, held), tried


def _sample(held: Stretch, most: int) -> Stretch:
    if len(held.rows) <= most:
        return held
    some = np.sort(np.random.default_rng(1).choice(len(held.rows), most, replace=False))
    return replace(held, rows=held.rows[some], truth=held.truth[some])


def _ndcg(scores: np.ndarray, held: Stretch) -> float:
    found = measuring.hits(best(scores, LENGTH), held.truth)
    return float(measuring.ndcg(found, np.diff(held.truth.indptr)).mean())


def ranked(model: Model, rows: np.ndarray, length: int) -> dict[str, np.ndarray]:
    """Plain lists, no rules: "anything", "new", and the bestsellers beside each ("popular", "popular new")."""
    parts: dict[str, list[np.ndarray]] = {"anything": [], "new": []}
    for block in blocks(model, rows):
        parts["anything"].append(best(block.anything, length))
        parts["new"].append(best(block.new, length))
    empty = np.zeros((0, min(length, model.bought.shape[1])), int)
    found = {kind: np.concatenate([empty, *lists]) for kind, lists in parts.items()}
    top = best(model.popularity[None, :], length)
    return found | {
        "popular": np.repeat(top, len(rows), axis=0),
        "popular new": _unknown_bestsellers(model, rows, length),
    }


def _unknown_bestsellers(model: Model, rows: np.ndarray, length: int) -> np.ndarray:
    """For each person the bestsellers they never bought, of so many that nobody has bought nearly all."""
    order = np.argsort(-model.popularity, kind="stable")[: 30 * length]
    unknown = model.bought[rows][:, order].toarray() == 0
    person, place = np.nonzero(unknown)
    return first_of(person, order[place], -place.astype(float), people=len(rows), most=min(length, len(order)))


def measure(baskets: Baskets, *, day: int, length: int) -> tuple[Choice, list[Measured]]:
    """Lists as they would have stood when the test weeks before `day` began, against what people bought in them.

    Settings are chosen before those weeks as well. Nothing is measured where too few people bought.
    """
    begin = day - WEEKS
    choice = choose(baskets, day=begin)
    model = learn(baskets, day=begin, settings=choice.settings)
    found = []
    for new, kinds in ((False, ("anything", "popular")), (True, ("new", "popular new"))):
        held = _sample(stretch(baskets.before(day), day=begin, new=new), MEASURED)
        if len(held.rows) >= LEAST:
            lists = ranked(model, held.rows, length)
            found += [_measured(kind, lists[kind], held) for kind in kinds]
    return choice, found


def _measured(kind: str, lists: np.ndarray, held: Stretch) -> Measured:
    hit, bought = measuring.hits(lists, held.truth), np.diff(held.truth.indptr)
    shares = (hit.any(1).astype(float), measuring.recall(hit, bought), measuring.ndcg(hit, bought))
    return Measured(kind, len(held.rows), lists.shape[1], *(measuring.share(values) for values in shares))
