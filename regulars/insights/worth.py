"""What the whole customer base is worth over the next year, with an interval.

Two things are uncertain: the parameters (drawn from the covariance of the fit) and chance (each customer's year
is played out). A base of more than `SAMPLE` customers is represented by every n-th one in order of value;
chance then averages out, and its share of the spread is scaled down accordingly.
"""

from dataclasses import dataclass, replace

import numpy as np

from .btyd import BetaGeoFit, GammaGammaFit, Histories
from .btyd.histories import Purchases
from .btyd.predict import chance_alive, discounted_purchases
from .outlook import WEEKS_YEAR, YEARLY_DISCOUNT, Models

DRAWS, SAMPLE = 200, 4_000


@dataclass(frozen=True, slots=True)
class Worth:
    """Discounted value of the next 12 months of today's customers; low to high holds 90% of the draws."""

    value: float
    low: float
    high: float


def worth(base: Purchases, value: np.ndarray, models: Models, *, seed: int = 1) -> Worth:
    """The sum of `value` (per customer, see outlook) with a 90% interval from `DRAWS` draws."""
    total = float(value.sum())
    if not len(value) or total <= 0:
        return Worth(0.0, 0.0, 0.0)
    random = np.random.default_rng(seed)
    sample = _systematic(value)
    thin = np.sqrt(len(sample) / len(value))
    few = _chosen(base, sample)
    expected = _value(models, few).sum()
    draws = []
    for _ in range(DRAWS):
        drawn = _draw_models(random, models)
        mean = _value(drawn, few).sum()
        draws.append((mean + thin * (_play(random, drawn, few) - mean)) / expected)
    low, high = np.quantile(draws, [0.05, 0.95])
    return Worth(total, total * max(float(low), 0.0), total * float(high))


def _systematic(value: np.ndarray) -> np.ndarray:
    """Positions of every n-th customer in order of value; all of them in a small base."""
    order = np.argsort(value, kind="stable")
    if len(order) <= SAMPLE:
        return order
    return order[np.linspace(0, len(order) - 1, SAMPLE).round().astype(np.int64)]


def _chosen(base: Purchases, which: np.ndarray) -> Purchases:
    return Purchases(base.customer[which], base.histories.rows(which), base.first_day[which], base.mean_spend[which])


def _value(models: Models, base: Purchases) -> np.ndarray:
    purchases = discounted_purchases(models.purchases, base.histories, yearly_discount=YEARLY_DISCOUNT)
    return purchases * models.expected_spend(base) * models.kept


def _draw_models(random: np.random.Generator, models: Models) -> Models:
    """The models with parameters drawn from their estimated covariance (normal in logs)."""
    purchases = replace(models.purchases, optimum=_drawn(random, models.purchases))
    spend = models.spend and replace(models.spend, optimum=_drawn(random, models.spend))
    return replace(models, purchases=purchases, spend=spend)


def _drawn(random: np.random.Generator, fit: BetaGeoFit | GammaGammaFit):
    best = fit.optimum
    values, vectors = np.linalg.eigh(best.log_covariance)
    shift = vectors @ (np.sqrt(np.clip(values, 0, 4)) * random.standard_normal(len(values)))
    return replace(best, parameters=best.parameters * np.exp(np.clip(shift, -3, 3)))


def _play(random: np.random.Generator, models: Models, base: Purchases) -> float:
    """One possible year: who is there, how often they buy before leaving, and what they spend."""
    count = _purchases(random, models.purchases, base.histories)
    discount = (1 + YEARLY_DISCOUNT) ** -0.54  # purchases fall a little after the middle of the months' ends
    return float(_spend(random, models, base, count).sum() * models.kept * discount)


def _purchases(random: np.random.Generator, fit: BetaGeoFit, history: Histories) -> np.ndarray:
    r, alpha, a, b = fit.parameters
    n, shift = len(history), 1 if fit.modified else 0
    there = random.random(n) < chance_alive(fit, history)
    wanted = random.poisson(random.gamma(r + history.x, 1 / (alpha + history.age_weeks)) * WEEKS_YEAR)
    leaves = random.geometric(np.maximum(random.beta(a, b + shift + history.x), 1e-9))
    return np.where(there, np.minimum(wanted, leaves), 0)


def _spend(random: np.random.Generator, models: Models, base: Purchases, count: np.ndarray) -> np.ndarray:
    if models.spend is None:
        return count * models.typical_spend
    p, q, gamma = models.spend.parameters
    x = np.where(base.mean_spend > 0, base.histories.x, 0)
    scale = random.gamma(p * x + q, 1 / (gamma + x * base.mean_spend))
    return np.where(count > 0, random.gamma(np.maximum(p * count, 1e-9)) / scale, 0.0)
