"""Customers drawn from the models themselves, with known parameters: for benchmarks, tests and trials."""

import numpy as np

from .histories import Histories, Purchases

CDNOW = (0.243, 4.414, 0.793, 2.426)
CDNOW_SPEND = (6.25, 3.74, 15.44)


def simulate(
    *,
    customers: int,
    seed: int,
    parameters=CDNOW,
    spend=CDNOW_SPEND,
    oldest_weeks: int = 104,
    future_weeks: float = 26,
) -> tuple[Purchases, np.ndarray]:
    """Histories and mean spend of BG/NBD customers aged 1 to `oldest_weeks`; and purchases afterwards."""
    random = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    age = random.integers(7, oldest_weeks * 7 + 1, customers)
    rate = np.maximum(random.gamma(r, 1 / alpha, customers), 1e-12)
    stays = random.geometric(np.maximum(random.beta(a, b, customers), 1e-12))
    x, last, future = _purchase_times(random, rate, stays, age / 7, age / 7 + future_weeks)
    recency = np.minimum(np.ceil(last * 7).astype(np.int64), age)
    history = Histories(x, np.where(x > 0, recency, 0), age)
    mean = _mean_spend(random, x, spend)
    return Purchases(np.arange(customers), history, np.zeros(customers, dtype=np.int64), mean), future


def _purchase_times(random, rate, stays, until, later):
    """Repeat purchases up to `until`, the last one's time, and those between `until` and `later` (weeks)."""
    x = np.zeros(len(rate), dtype=np.int64)
    future, now, last = x.copy(), np.zeros(len(rate)), np.zeros(len(rate))
    active, round_ = np.arange(len(rate)), 0
    while len(active):
        round_ += 1
        now[active] += random.exponential(1 / rate[active])
        seen = now[active] <= until[active]
        x[active] += seen
        last[active] = np.where(seen, now[active], last[active])
        future[active] += ~seen & (now[active] <= later[active])
        active = active[(now[active] <= later[active]) & (round_ < stays[active])]
    return x, last, future


def _mean_spend(random, x, spend):
    """The mean of x gamma purchases whose scale varies between customers; 0 for one-time buyers."""
    p, q, gamma = spend
    scale = random.gamma(q, 1 / gamma, len(x))
    count = np.maximum(x, 1)
    return np.where(x > 0, random.gamma(p * count) / (scale * count), 0.0)
