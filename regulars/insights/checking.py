"""Does the model tell the truth here? Fitted on the past, compared with what happened next.

The base is cut `weeks` before its end; the model sees what came before and predicts the rest. A calibration
slope of 1 means that differences between people are neither exaggerated (below 1) nor played down (above 1).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from . import rfm
from .btyd import PurchaseDays, fit_bgnbd
from .btyd.predict import chance_to_buy, expected_purchases
from .proportions import Z95

_BUCKETS = (0, 1, 2, 3, 4, 6, 10)
LEAST_CUSTOMERS, LEAST_WEEKS = 100, 16


@dataclass(frozen=True, slots=True)
class Bucket:
    """Customers with `label` repeat purchases before the cut: purchases after it, per customer."""

    label: str
    customers: int
    predicted: float
    actual: float


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome. `auc` is the chance that a buyer is ranked above a non-buyer; `rfm_auc` the same for RFM."""

    weeks: int
    cut_day: int
    customers: int
    predicted: float
    actual: int
    predicted_buyers: float
    actual_buyers: int
    slope: float
    slope_low: float
    slope_high: float
    auc: float
    rfm_auc: float
    buckets: tuple[Bucket, ...]


def check(days: PurchaseDays, *, as_of_day: int, weeks: int = 26) -> Check | None:
    """The check with a holdout of at most `weeks`, at most a third of the history; None when there is too little."""
    if not len(days):
        return None
    weeks = min(weeks, int(as_of_day - days.day.min()) // 21)
    cut = as_of_day - 7 * weeks
    past = days.up_to(cut)
    if weeks < LEAST_WEEKS // 3 or len(past) < LEAST_CUSTOMERS:
        return None
    base = past.purchases(cut)
    fit = fit_bgnbd(base.histories)
    predicted = expected_purchases(fit, base.histories, weeks=weeks)
    chance = chance_to_buy(fit, base.histories, weeks=weeks)
    actual = _bought_after(days, past.customer, cut)
    slope, error = _logistic_slope(chance, actual > 0)
    return Check(
        weeks=weeks,
        cut_day=cut,
        customers=len(past),
        predicted=float(predicted.sum()),
        actual=int(actual.sum()),
        predicted_buyers=float(chance.sum()),
        actual_buyers=int((actual > 0).sum()),
        slope=slope,
        slope_low=slope - Z95 * error,
        slope_high=slope + Z95 * error,
        auc=auc(chance, actual > 0),
        rfm_auc=auc(_rfm_sum(past, base), actual > 0),
        buckets=_buckets(base.histories.x, predicted, actual),
    )


def auc(score: np.ndarray, outcome: np.ndarray) -> float:
    """Area under the ROC curve: Mann-Whitney's U over the number of pairs; 0.5 when all outcomes are alike."""
    hits, misses = int(outcome.sum()), int((~outcome).sum())
    if not hits or not misses:
        return 0.5
    from scipy.stats import rankdata  # takes a second to load, and only fits need it

    return float((rankdata(score)[outcome].sum() - hits * (hits + 1) / 2) / (hits * misses))


def _bought_after(days: PurchaseDays, customers: np.ndarray, cut: int) -> np.ndarray:
    """Purchase days after the cut, of customers known before it."""
    later = np.bincount(days.owner[days.day > cut], minlength=len(days))
    return later[np.searchsorted(days.customer, customers)]


def _rfm_sum(past: PurchaseDays, base) -> np.ndarray:
    last, count = base.first_day + base.histories.recency, base.histories.x + 1
    spent = np.add.reduceat(past.amount, past.starts[:-1])
    edges = rfm.borders(last, count, spent)
    return rfm.score(last, edges.recency) + rfm.score(count, edges.frequency) + rfm.score(spent, edges.money)


def _logistic_slope(chance: np.ndarray, outcome: np.ndarray) -> tuple[float, float]:
    """The slope of outcome on logit(chance) by logistic regression, and its standard error; Cox (1958)."""
    x = logit(np.clip(chance, 1e-6, 1 - 1e-6))
    design, beta = np.stack([np.ones_like(x), x]), np.array([0.0, 1.0])
    for _ in range(30):
        p = expit(beta @ design)
        information = (design * (p * (1 - p))) @ design.T + 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design @ (outcome - p))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[1]), float(np.sqrt(np.linalg.inv(information)[1, 1]))


def _buckets(x: np.ndarray, predicted: np.ndarray, actual: np.ndarray) -> tuple[Bucket, ...]:
    which = np.searchsorted(np.array(_BUCKETS), x, side="right") - 1
    tops = (*_BUCKETS[1:], None)
    made = []
    for i, low in enumerate(_BUCKETS):
        those = which == i
        if those.any():
            label = f"{low}+" if tops[i] is None else str(low) if tops[i] == low + 1 else f"{low}-{tops[i] - 1}"
            n = int(those.sum())
            made.append(Bucket(label, n, float(predicted[those].mean()), float(actual[those].mean())))
    return tuple(made)
