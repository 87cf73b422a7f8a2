"""What each person would be shown: the best of what the rules allow, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from .rules import NONE, Rules
from .scoring import Block, Model, best, blocks, first_of

SPARE = 5  # so many times the length are looked at, because a category may be full


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of some people and one kind, as parallel arrays. `person`, `product` and `why` are places; `why` is the
    product they bought that speaks most for this one, -1 where it is bought again.
    """

    kind: str
    person: np.ndarray
    rank: np.ndarray
    product: np.ndarray
    score: np.ndarray
    why: np.ndarray


def lists(model: Model, rules: Rules, rows: np.ndarray, *, length: int) -> Iterator[Lists]:
    """Lists "again" and "new" of these people, block by block."""
    for block in blocks(model, rows):
        allowed = _allowed(block, model, rules)
        person, product = model.bought[block.rows].nonzero()
        size = {"people": len(block.rows), "most": SPARE * length}
        known = first_of(person, product, allowed[person, product], **size)
        yield _list("again", block, known, allowed, model, rules, length)
        fresh = np.where((block.new > 0) & np.isfinite(allowed), block.new * rules.factor, -np.inf)
        top = best(_waited(fresh, block, rules), SPARE * length)
        yield _list("new", block, top, allowed, model, rules, length)


def bestsellers(model: Model, rules: Rules, *, length: int) -> np.ndarray:
    """Places of the products for people of whom nothing is known: what sold most in four weeks."""
    sold = np.where(rules.offered & ~model.asleep & (model.popularity > 0), model.popularity * rules.factor, -np.inf)
    _, found, _ = _thin(best(sold[None, :], SPARE * length), rules, length)
    return found


def _allowed(block: Block, model: Model, rules: Rules) -> np.ndarray:
    found = block.anything * rules.factor
    found[:, ~rules.offered | model.asleep] = -np.inf
    back = rules.returned[block.rows].tocoo()
    found[back.row, back.col] = -np.inf
    return found


def _waited(scores: np.ndarray, block: Block, rules: Rules) -> np.ndarray:
    """Nothing more of a durable category for who has just bought of it."""
    wait = rules.waiting[block.rows].tocoo()
    for person, category in zip(wait.row.tolist(), wait.col.tolist(), strict=True):
        scores[person, rules.category == category] = -np.inf
    return scores


def _list(kind: str, block: Block, top, allowed, model: Model, rules: Rules, length: int) -> Lists:
    row, product, place = _thin(top, rules, length)
    why = _why(model, block.rows, row, product) if kind == "new" else np.full(len(row), -1)
    return Lists(kind, block.rows[row], place + 1, product, allowed[row, product], why)


def _thin(top: np.ndarray, rules: Rules, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, product, place in its list) of the first `length`, at most so many of a category."""
    keep = top >= 0
    if rules.most:
        keep &= _earlier_of_its_kind(np.where(keep, rules.category[top], NONE)) < rules.most
    place = np.cumsum(keep, axis=1) - 1
    row, column = np.nonzero(keep & (place < length))
    return row, top[row, column], place[row, column]


def _earlier_of_its_kind(category: np.ndarray) -> np.ndarray:
    """How many of the same category stand earlier in the row; 0 for products without one."""
    seen = np.zeros(category.shape, np.int16)
    for column in range(1, category.shape[1]):
        same = category[:, :column] == category[:, column : column + 1]
        seen[:, column] = np.where(category[:, column] == NONE, 0, same.sum(1))
    return seen


def _why(model: Model, rows: np.ndarray, row: np.ndarray, product: np.ndarray) -> np.ndarray:
    """For each (place in rows, product): the product that this person bought whose weight towards it is largest."""
    if not len(row):
        return np.zeros(0, int)
    bought = model.bought[rows]
    starts, many = bought.indptr[row], np.diff(bought.indptr)[row]
    first = np.r_[0, np.cumsum(many)[:-1]]
    entry = np.arange(many.sum()) - np.repeat(first - starts, many)
    reason, target = bought.indices[entry], np.repeat(product, many)
    weight = model.weights[reason, target]
    weight = np.asarray(weight.todense() if sparse.issparse(weight) else weight).ravel()
    strongest = np.maximum.reduceat(weight, first)
    found = np.full(len(row), -1)
    hit = weight == np.repeat(strongest, many)
    found[np.repeat(np.arange(len(row)), many)[hit]] = reason[hit]
    return found
