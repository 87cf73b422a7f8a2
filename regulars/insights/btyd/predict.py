"""Predictions of a fitted BG/NBD or MBG/NBD for many customers at once.

After the time of observation both models are the same process: a customer still there has a rate from
Gamma(r+x, alpha+T) and a drop-out chance from Beta(a, b+shift+x), independent of each other. The
hypergeometric function then depends on (x, T) only and is evaluated once per distinct pair.
"""

import numpy as np
from scipy.special import betaln, gammaln, hyp2f1

from .betageo import BetaGeoFit
from .histories import Histories

Parameters = tuple[float, float, float, float]
_TABLE_LIMIT = 20_000_000


def chance_alive(fit: BetaGeoFit, base: Histories) -> np.ndarray:
    """P(alive | x, t_x, T); Fader, Hardie & Lee (2008), "Computing P(alive) using the BG/NBD model", eq. 1.

    A building block only. Never show it as the strength of a relationship: in the BG/NBD it is 1 for everyone
    who bought once, and as a predictor of buying again it is worse than a coin.
    """
    r, alpha, a, b = fit.parameters
    shift = 1 if fit.modified else 0
    x = np.asarray(base.x)
    odds = np.log((alpha + base.age_weeks) / (alpha + base.recency_weeks)) * (r + x)
    odds += np.log(a) - np.log(np.maximum(b + x - 1 + shift, 1e-300))
    gone = (x > 0) | fit.modified
    return np.where(gone, 1 / (1 + np.exp(np.minimum(odds, 700))), 1.0)


def chance_to_buy(fit: BetaGeoFit, base: Histories, *, weeks: float) -> np.ndarray:
    """P(at least one purchase in the next `weeks` | x, t_x, T): alive, and not silent that long."""
    r, alpha = fit.parameters[:2]
    silent = (alpha + base.age_weeks) / (alpha + base.age_weeks + weeks)
    return chance_alive(fit, base) * (1 - silent ** (r + np.asarray(base.x)))


def expected_purchases(fit: BetaGeoFit, base: Histories, *, weeks: float) -> np.ndarray:
    """Expected purchases in the next `weeks` | x, t_x, T; Fader, Hardie & Lee (2005) eq. 10."""
    return chance_alive(fit, base) * _per_pair(fit, base, lambda x, age: _if_alive(fit, x, age, weeks))


def discounted_purchases(
    fit: BetaGeoFit,
    base: Histories,
    *,
    months: int = 12,
    yearly_discount: float,
    weeks_per_month: float = 52 / 12,
) -> np.ndarray:
    """Expected purchases of the next `months`, each month's discounted from its end."""
    loyal = value_if_loyal(fit, base, months=months, yearly_discount=yearly_discount, weeks_per_month=weeks_per_month)
    return chance_alive(fit, base) * loyal


def value_if_loyal(
    fit: BetaGeoFit,
    base: Histories,
    *,
    months: int = 12,
    yearly_discount: float,
    weeks_per_month: float = 52 / 12,
) -> np.ndarray:
    """The same for customers known to be still there: what is at stake with them, in discounted purchases."""
    monthly = (1 + yearly_discount) ** (1 / 12)

    def stream(x, age):
        total, before = np.zeros(len(x)), np.zeros(len(x))
        for month in range(1, months + 1):
            until = _if_alive(fit, x, age, month * weeks_per_month)
            total += (until - before) / monthly**month
            before = until
        return total

    return _per_pair(fit, base, stream)


def expected_of_new_customer(fit: BetaGeoFit, *, weeks: float | np.ndarray) -> np.ndarray:
    """E[X(t)]: purchases in the first `weeks` after the first one; Fader, Hardie & Lee (2005) eq. 9."""
    weeks = np.atleast_1d(np.asarray(weeks, dtype=float))
    zero = np.zeros(len(weeks))
    alive = fit.parameters[3] / sum(fit.parameters[2:]) if fit.modified else 1.0
    return alive * _if_alive(fit, zero, zero, weeks)


def chance_of_count(fit: BetaGeoFit, *, counts: np.ndarray, weeks: float) -> np.ndarray:
    """P(X(t) = k): repeat purchases of a new customer in `weeks`; Fader, Hardie & Lee (2005) eq. 8."""
    r, alpha, a, b = fit.parameters
    shift = 1 if fit.modified else 0
    j = np.arange(int(np.max(counts)) + 1)
    poisson = np.exp(
        gammaln(r + j) - gammaln(r) - gammaln(j + 1) + r * np.log(alpha / (alpha + weeks))
        + j * np.log(weeks / (alpha + weeks))
    )  # fmt: skip
    fewer = np.concatenate([[0.0], np.cumsum(poisson)[:-1]])
    stays = np.exp(betaln(a, b + j + shift) - betaln(a, b))
    leaves = np.exp(betaln(a + 1, np.maximum(b + j - 1 + shift, 1e-300)) - betaln(a, b))
    leaves = np.where((j > 0) | fit.modified, leaves, 0.0)
    return (stays * poisson + leaves * (1 - fewer))[np.asarray(counts)]


def _if_alive(fit: BetaGeoFit, x, age_weeks, weeks) -> np.ndarray:
    """Expected purchases in `weeks` of customers known to be there.

    (a+b+x-1)/(a-1) (1 - ((alpha+T)/(alpha+T+t))^(r+x) 2F1(r+x, b+x; a+b+x-1; z)) with Euler's transformation,
    after which nothing grows with x: (alpha+T)^(r+x) 2F1 would overflow for frequent buyers.
    """
    r, alpha, a, b = fit.parameters
    a, b = (a + 1e-7 if abs(a - 1) < 1e-7 else a), b + (1 if fit.modified else 0)
    z = weeks / (alpha + age_weeks + weeks)
    with np.errstate(over="ignore", invalid="ignore"):
        rest = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
        if not np.isfinite(rest).all():  # a in the dozens, as draws for a tiny shop may have it: the plain form holds
            plain = (1 - z) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
            rest = np.where(np.isfinite(rest), rest, np.nan_to_num(plain, posinf=0.0, neginf=0.0))
    return (a + b + x - 1) / (a - 1) * (1 - rest)


def _per_pair(fit: BetaGeoFit, base: Histories, function) -> np.ndarray:
    """`function(x, age in weeks)` for every customer, evaluated once per distinct pair."""
    x, age = np.asarray(base.x, dtype=np.int64), np.asarray(base.age, dtype=np.int64)
    if not len(x):
        return np.zeros(0)
    width = int(age.max()) + 1
    code, size = x * width + age, (int(x.max()) + 1) * width
    if size > _TABLE_LIMIT:
        return function(x.astype(float), age / base.per_week)
    table = np.zeros(size)
    pairs = np.zeros(size, dtype=bool)
    pairs[code] = True
    pairs = np.flatnonzero(pairs)
    table[pairs] = function((pairs // width).astype(float), (pairs % width) / base.per_week)
    return table[code]
