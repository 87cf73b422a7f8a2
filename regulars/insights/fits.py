"""Fits between the database and the mathematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.insights import rfm
from regulars.insights.btyd import BetaGeoFit, GammaGammaFit, betageo, gammagamma
from regulars.insights.btyd.newton import Optimum
from regulars.insights.models import Fit, Report
from regulars.insights.outlook import Models

NAMES = {"bgnbd": betageo.NAMES, "mbgnbd": betageo.NAMES, "gammagamma": gammagamma.NAMES}


@dataclass(frozen=True, slots=True)
class Learned:
    """All that predicting one person needs: the models and the borders of the RFM scores, and when they are of."""

    models: Models
    borders: rfm.Borders
    as_of_us: int


def row(model: str, fit: BetaGeoFit | GammaGammaFit, at: int) -> Fit:
    """The unsaved row of a fit."""
    names, best = NAMES[model], fit.optimum
    return Fit(
        model=model,
        as_of_us=at,
        customers=fit.customers,
        parameters=dict(zip(names, fit.parameters, strict=True)),
        errors=dict(zip(names, map(_finite, best.standard_errors), strict=True)),
        log_covariance=[[_finite(v) for v in line] for line in best.log_covariance],
        log_likelihood=float(best.log_likelihood),
        converged=bool(best.converged),
    )


def latest() -> Learned | None:
    """What was learned last; None before the first time."""
    report = Report.objects.filter(name="learned").order_by("-day").first()
    if report is None:
        return None
    learned = report.content
    purchases, spend = _fit("bgnbd", report.as_of_us), _fit("gammagamma", report.as_of_us)
    if purchases is None:
        return None
    models = Models(
        BetaGeoFit(_optimum(purchases), False, purchases.customers),
        GammaGammaFit(_optimum(spend), spend.customers, learned["observed_mean"]) if spend else None,
        learned["typical_spend"],
        learned["kept"],
    )
    borders = rfm.Borders(*(tuple(float(v) for v in learned[k]) for k in ("recency", "frequency", "money")))
    return Learned(models, borders, report.as_of_us)


def _fit(model: str, as_of_us: int) -> Fit | None:
    return Fit.objects.filter(model=model, origin="estimated", as_of_us=as_of_us).first()


def _optimum(fit: Fit) -> Optimum:
    parameters = np.array([fit.parameters[name] for name in NAMES[fit.model]])
    return Optimum(parameters, fit.log_likelihood, np.array(fit.log_covariance), fit.converged, 0)


def _finite(value: float) -> float:
    """JSON knows no NaN; an unknown error is a very large one."""
    return float(value) if np.isfinite(value) else 1e9
