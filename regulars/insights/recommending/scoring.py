"""Scores of every product for a block of people, learned from the baskets before one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from . import demand, similar
from .baskets import Baskets

CELLS = 4_000_000  # scores held at a time


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen on the shop's own weeks. Defaults: the best on Online Retail (docs/recommendations.md)."""

    ridge: float = 200.0
    half_life: float = 120.0
    similar: float = 0.3  # weight of similar products beside the own demand
    trend: float = 0.3  # power of the trend in that mixture
    trend_new: float = 0.5  # power of the trend for what somebody never bought


@dataclass(frozen=True, slots=True)
class Model:
    """Everything the scores need, as it stood when `day` began."""

    day: int
    settings: Settings
    bought: sparse.csr_array
    demand: sparse.csr_array
    weights: similar.Weights
    trend: np.ndarray
    popularity: np.ndarray
    asleep: np.ndarray


@dataclass(frozen=True, slots=True)
class Block:
    """Scores of some people (rows, places in Baskets.people) for all products: what to buy next, and what new."""

    rows: np.ndarray
    anything: np.ndarray
    new: np.ndarray  # -inf for what was bought before


def learn(baskets: Baskets, *, day: int, settings: Settings) -> Model:
    """Learn from what was bought before `day` and nothing else."""
    known = baskets.before(day)
    bought = known.matrix()
    return Model(
        day=day,
        settings=settings,
        bought=bought,
        demand=demand.decayed_frequency(known, day=day, half_life=settings.half_life),
        weights=similar.weights(bought, ridge=settings.ridge),
        trend=demand.trend(known, day=day),
        popularity=demand.popularity(known, day=day),
        asleep=demand.out_of_season(known, day=day),
    )


def alike(model: Model, rows: np.ndarray) -> np.ndarray:
    """People by products: how much what each of them bought speaks for each product."""
    found = model.bought[rows] @ model.weights
    return found.toarray() if sparse.issparse(found) else np.asarray(found)


def blocks(model: Model, rows: np.ndarray) -> Iterator[Block]:
    """Scores of these people, some at a time."""
    size = max(64, CELLS // max(model.bought.shape[1], 1))
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        speaks = alike(model, some)
        yield Block(some, anything(model, some, speaks), new(model, some, speaks))


def anything(model: Model, rows: np.ndarray, speaks: np.ndarray) -> np.ndarray:
    """Own decayed demand, and beside it similar products that are rising."""
    how = model.settings
    found = speaks * (how.similar * model.trend**how.trend).astype(np.float32)
    person, product, value = _entries(model.demand[rows])
    found[person, product] += value
    return found


def new(model: Model, rows: np.ndarray, speaks: np.ndarray) -> np.ndarray:
    """Similar products that are rising; what was bought before scores -inf."""
    found = speaks * (model.trend**model.settings.trend_new).astype(np.float32)
    person, product, _ = _entries(model.bought[rows])
    found[person, product] = -np.inf
    return found


def _entries(part: sparse.csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.repeat(np.arange(part.shape[0]), np.diff(part.indptr)), part.indices, part.data


def best(scores: np.ndarray, most: int) -> np.ndarray:
    """The places of each row's highest scores, highest first; -1 where there is none left above -inf."""
    most, many = min(most, scores.shape[1]), scores.shape[1]
    top = np.argpartition(scores, many - most, axis=1)[:, many - most :] if most < many else _all(scores)
    value = np.take_along_axis(scores, top, 1)
    order = np.lexsort((top, -value), axis=1)
    top, value = np.take_along_axis(top, order, 1), np.take_along_axis(value, order, 1)
    return np.where(np.isfinite(value), top, -1)


def first_of(person: np.ndarray, product: np.ndarray, value: np.ndarray, *, people: int, most: int) -> np.ndarray:
    """The same as `best` of scores that are given for few products of each person (the others are -inf)."""
    known = np.isfinite(value)
    person, product, value = person[known], product[known], value[known]
    order = np.lexsort((product, -value, person))
    person, product = person[order], product[order]
    place = np.arange(len(person)) - np.searchsorted(person, person)
    found = np.full((people, most), -1)
    keep = place < most
    found[person[keep], place[keep]] = product[keep]
    return found


def _all(scores: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.arange(scores.shape[1]), scores.shape)
