"""What is in each order: lines from the range whose list prices cover what was paid; the rest is a discount."""

from dataclasses import dataclass

import numpy as np

from .catalogue import CATEGORIES, PER_CATEGORY, month_weights, products


@dataclass(frozen=True, slots=True)
class Baskets:
    """Lines in the order of orders: order i has the lines `starts[i]` to `starts[i + 1]`."""

    starts: np.ndarray
    product: np.ndarray  # index into products()
    quantity: np.ndarray


def fill(random: np.random.Generator, person: np.ndarray, day: np.ndarray, amount: np.ndarray) -> Baskets:
    """Lines for every order, by the person's tastes and the month."""
    lines = 1 + np.minimum(random.poisson(0.6, len(amount)), 3)
    lines = np.minimum(lines, np.maximum(amount // 800, 1))
    order = np.repeat(np.arange(len(amount)), lines)
    starts = np.r_[0, np.cumsum(lines)]
    share = random.exponential(1.0, len(order)) + 0.3
    cost = share / np.add.reduceat(share, starts[:-1])[order] * amount[order]
    category = _categories(random, person, day, order)
    prices = np.array([p.price for p in products()]).reshape(len(CATEGORIES), PER_CATEGORY)[0]
    quantity = np.maximum(np.ceil(cost / prices[-1]), 1).astype(np.int64)
    rank = np.searchsorted(prices, np.ceil(cost / quantity) - 0.5)
    return Baskets(starts, category * PER_CATEGORY + np.minimum(rank, PER_CATEGORY - 1), quantity)


def _categories(random, person, day, order) -> np.ndarray:
    """A category per line: everybody has one sport or two, and every sport its months."""
    taste = random.dirichlet(np.array([0.30, 0.26, 0.12, 0.18, 0.24, 0.10, 0.18, 0.14]), person.max() + 1)
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    chance = (taste[person[order]] + 0.01) * month_weights()[month[order]]
    cumulated = np.cumsum(chance, axis=1)
    return (random.random((len(order), 1)) * cumulated[:, -1:] > cumulated).sum(axis=1)
