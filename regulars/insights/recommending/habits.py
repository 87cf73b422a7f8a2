"""What people buy regularly, and when it is due again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .baskets import Baskets

DAYS = 3  # purchase days of one product that make a habit
STEADY = 2.5  # no gap longer than so many usual ones
LAPSED = 3.0  # usual gaps after which it is a habit no more
SHORTEST = 5  # days; what is bought more often needs no reminder


@dataclass(frozen=True, slots=True)
class Habits:
    """Per row: the person and product (places), and the days from which on it is due and is a habit no more."""

    person: np.ndarray
    product: np.ndarray
    due: np.ndarray
    until: np.ndarray


def habits(baskets: Baskets, *, day: int) -> Habits:
    """One habit per person: of those due on `day` the one that stays longest, else the one due next."""
    order = np.lexsort((baskets.day, baskets.product, baskets.person))
    person, product, when = baskets.person[order], baskets.product[order], baskets.day[order].astype(np.int64)
    first = np.flatnonzero(np.r_[True, (person[1:] != person[:-1]) | (product[1:] != product[:-1])][: len(person)])
    many = np.diff(np.r_[first, len(person)])
    first, many = first[many >= DAYS], many[many >= DAYS]
    usual, longest = _gaps(when, first, many)
    keep = (usual >= SHORTEST) & (longest <= STEADY * usual)
    first, last, usual = first[keep], (first + many - 1)[keep], usual[keep]
    due, until = when[last] + np.ceil(usual).astype(int), when[last] + np.ceil(LAPSED * usual).astype(int)
    return _one_each(person[first], product[first], due, until, day)


def _gaps(when: np.ndarray, first: np.ndarray, many: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(median, longest) gap of each run of days."""
    gaps = np.diff(when)
    starts = np.r_[0, np.cumsum(many - 1)[:-1]].astype(int) if len(many) else np.zeros(0, int)
    run = np.repeat(np.arange(len(many)), many - 1)
    value = gaps[np.arange(len(run)) - starts[run] + first[run]] if len(run) else np.zeros(0, int)
    value = value[np.lexsort((value, run))]
    middle = (value[starts + (many - 2) // 2] + value[starts + (many - 1) // 2]) / 2 if len(many) else np.zeros(0)
    return middle, value[starts + many - 2] if len(many) else np.zeros(0, int)


def _one_each(person, product, due, until, day: int) -> Habits:
    live = until > day
    person, product, due, until = person[live], product[live], due[live], until[live]
    now = due <= day
    order = np.lexsort((product, np.where(now, -until, due), ~now, person))
    order = order[np.r_[True, np.diff(person[order]) > 0][: len(order)]]
    return Habits(person[order], product[order], due[order], until[order])
