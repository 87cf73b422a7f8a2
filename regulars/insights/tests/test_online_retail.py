"""A real shop of 27 weeks, where plain maximum likelihood runs to the boundary: the weak prior keeps it sane."""

import csv
import gzip
from functools import cache

import numpy as np
import pytest

from regulars.insights.btyd import PurchaseDays, fit_bgnbd, fit_gammagamma, fit_mbgnbd
from regulars.insights.checking import check
from regulars.insights.outlook import Models, outlook
from tests.paths import shared_data


@cache
def shop() -> PurchaseDays:
    """Purchase days of known customers; cancelled invoices and lines without a price left out."""
    totals: dict[tuple[int, int], float] = {}
    with gzip.open(shared_data("online-retail/online_retail_to_2011-06.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            paid = float(row["Quantity"]) * float(row["UnitPrice"])
            if row["CustomerID"] and not row["InvoiceNo"].startswith("C") and paid > 0:
                key = int(float(row["CustomerID"])), int(np.datetime64(row["InvoiceDate"][:10]).astype(int))
                totals[key] = totals.get(key, 0.0) + paid
    keys = np.array(list(totals))
    return PurchaseDays.of(customer=keys[:, 0], day=keys[:, 1], amount=np.array(list(totals.values())))


def last_day() -> int:
    return int(shop().day.max())


def test_without_a_prior_the_fit_runs_away():
    free = fit_bgnbd(shop().purchases(last_day()).histories, prior=None)
    assert not free.optimum.converged or max(free.parameters) > 1_000


@pytest.mark.parametrize("fitter", [fit_bgnbd, fit_mbgnbd])
def test_with_the_prior_parameters_and_errors_are_finite_and_moderate(fitter):
    fit = fitter(shop().purchases(last_day()).histories)
    assert fit.optimum.converged and np.isfinite(fit.optimum.standard_errors).all()
    assert min(fit.parameters) > 1e-3 and max(fit.parameters) < 1_000


def test_every_customer_gets_a_finite_outlook():
    base = shop().purchases(last_day())
    models = Models(fit_bgnbd(base.histories), fit_gammagamma(base.histories.x, base.mean_spend), 300.0)
    seen = outlook(shop(), models, as_of_day=last_day())
    for values in (seen.chance_soon, seen.purchases_year, seen.value_year, seen.at_stake):
        assert np.isfinite(values).all() and (values >= 0).all()


def test_who_buys_again_is_foretold_better_than_by_chance():
    found = check(shop(), as_of_day=last_day())
    assert found.auc > 0.65 and 0.5 < found.predicted / found.actual < 1.5
