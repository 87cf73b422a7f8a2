"""The CDNOW data, read once: the published 1/10 sample and the full cohort."""

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from regulars.insights.btyd import Histories, histories_from_purchases
from regulars.insights.btyd.histories import Purchases
from tests.paths import shared_data

CALIBRATION_END = int(np.datetime64("1997-09-30").astype(int))
HOLDOUT_WEEKS = 39


@cache
def transactions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, day number and dollars of all 69,659 purchases."""
    rows = np.loadtxt(shared_data("cdnow/CDNOW_master.txt"), skiprows=1, dtype=str)
    return rows[:, 0].astype(np.int64), _days(rows[:, 1]), rows[:, 3].astype(float)


@cache
def full(as_of_day: int = CALIBRATION_END) -> Purchases:
    """All 23,570 customers up to the day."""
    customer, day, amount = transactions()
    return histories_from_purchases(customer=customer, day=day, amount=amount, as_of_day=as_of_day)


@cache
def sheet() -> np.ndarray:
    """The 2,357 published rows: id, x, t_x, T, mean spend; times in weeks with two decimals."""
    return np.loadtxt(shared_data("cdnow/cdnow_customers_summary_with_transactions.csv"), delimiter=",", skiprows=1)


def rounded_sample() -> Histories:
    """The sample as the sheet rounds it: hundredths of weeks."""
    x, recency, age = (np.rint(sheet()[:, i] * scale).astype(np.int64) for i, scale in ((1, 1), (2, 100), (3, 100)))
    return Histories(x, recency, age, per_week=100)


@cache
def sample(as_of_day: int = CALIBRATION_END) -> Purchases:
    """The published sample in exact days and unrounded means, from its 6,919 lines (in `lifetimes`)."""
    package = importlib.util.find_spec("lifetimes")
    if package is None:
        pytest.skip("the package `lifetimes`, which ships the CDNOW sample's lines, is not installed")
    rows = np.loadtxt(Path(package.origin).parent / "datasets" / "CDNOW_sample.txt", dtype=str)
    assert len(rows) == 6_919
    return histories_from_purchases(
        customer=rows[:, 1].astype(np.int64),
        day=_days(rows[:, 2]),
        amount=rows[:, 4].astype(float),
        as_of_day=as_of_day,
    )


def _days(dates: np.ndarray) -> np.ndarray:
    """Day numbers of dates written like 19970930."""
    return np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in dates], dtype="datetime64[D]").astype(np.int64)
