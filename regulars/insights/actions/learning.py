"""Learns from the whole base: fits the models, checks them, writes the reports, renews every prediction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.core.models import Business
from regulars.insights import checking, cohorts, fits, reading, rfm, worth
from regulars.insights.actions.predicting import predict
from regulars.insights.btyd import PurchaseDays, fit_bgnbd, fit_gammagamma, fit_mbgnbd
from regulars.insights.calendar import day_of
from regulars.insights.fits import Learned
from regulars.insights.models import Fit, Report
from regulars.insights.outlook import Models, Outlook, outlook
from regulars.insights.week import week

declare("insights.learned")

LOCK = "predictions"
BATCH = 2_000
KEEP_DAYS = 400


@job(lane="long")
def refit(*, at: int) -> None:
    """Learn anew as of `at`. Running it twice changes nothing more. Where nobody has bought, nothing is said."""
    business = Business.load()
    today = day_of(at, business.timezone)
    bought = reading.all_orders(until_day=today)
    if not len(bought.person):
        Report.objects.all().delete()
        return
    days = bought.days(business.currency)
    learned, rows = _learn(days, bought.kept, today, at)
    seen = outlook(days, learned.models, as_of_day=today)
    reports = _reports(days, bought, seen, learned, today)
    with transaction.atomic():
        _store(rows, reports, learned, today, at)
    failpoint("insights.learned")
    for batch in _batches(days.customer, BATCH):
        _predict_alone(batch, learned, at)


def note_known_parameters(*, bgnbd: dict[str, float], gammagamma: dict[str, float], at: int) -> None:
    """Remember the true parameters of a generated shop, to be shown beside the estimates."""
    Fit.objects.filter(origin="known").delete()
    for model, parameters in (("bgnbd", bgnbd), ("gammagamma", gammagamma)):
        Fit.objects.create(model=model, origin="known", as_of_us=at, parameters=parameters)


def _learn(days: PurchaseDays, kept: float, today: int, at: int) -> tuple[Learned, list[Fit]]:
    base = days.purchases(today)
    purchases, modified = fit_bgnbd(base.histories), fit_mbgnbd(base.histories)
    rows = [fits.row("bgnbd", purchases, at), fits.row("mbgnbd", modified, at)]
    spend = None
    if ((base.histories.x > 0) & (base.mean_spend > 0)).any():
        spend = fit_gammagamma(base.histories.x, base.mean_spend)
        rows.append(fits.row("gammagamma", spend, at))
    typical = float(days.amount.mean())
    spent = np.add.reduceat(days.amount, days.starts[:-1])
    last = base.first_day + base.histories.recency
    borders = rfm.borders(last, base.histories.x + 1, spent)
    return Learned(Models(purchases, spend, typical, kept), borders, at), rows


def _reports(days, bought, seen: Outlook, learned: Learned, today: int) -> dict[str, dict]:
    checked = checking.check(days, as_of_day=today)
    value = worth.worth(days.purchases(today), seen.value_year, learned.models)
    return {
        "retention": asdict(cohorts.retention(days, as_of_day=today)),
        "value": {
            "worth": asdict(value),
            "check": checked and asdict(checked),
            "map": _map(days, seen, learned),
            "shares": _shares(seen.value_year),
            "purchases_13w": float(seen.purchases_soon.sum()),
            "buyers_13w": float(seen.chance_soon.sum()),
        },
        "today": week(days, learned.models, bought, today),
    }


def _map(days: PurchaseDays, seen: Outlook, learned: Learned) -> list[dict]:
    """Customers and spend per RFM cell (recency by frequency), before refunds, in major units."""
    spent = np.add.reduceat(days.amount, days.starts[:-1])
    place = 5 * (rfm.score(seen.last_day, learned.borders.recency) - 1)
    place = place + rfm.score(seen.purchase_days, learned.borders.frequency) - 1
    customers = np.bincount(place, minlength=25)
    sums = [np.bincount(place, weights=w, minlength=25) for w in (spent, seen.value_year)]
    return [
        {
            "recency": i // 5 + 1,
            "frequency": i % 5 + 1,
            "cell": rfm.cell(i // 5 + 1, i % 5 + 1),
            "customers": int(customers[i]),
            "spent": float(sums[0][i]),
            "value": float(sums[1][i]),
        }
        for i in range(25)
    ]


def _shares(value: np.ndarray) -> list[float]:
    """The share of expected value held by the best tenth, the best two tenths and so on."""
    ranked = np.sort(value)[::-1]
    total = max(float(ranked.sum()), 1e-12)
    ends = np.ceil(np.arange(1, 11) / 10 * len(ranked)).astype(int)
    return [float(ranked[:end].sum() / total) for end in ends]


def _store(rows: list[Fit], reports: dict[str, dict], learned: Learned, today: int, at: int) -> None:
    Fit.objects.filter(origin="estimated", as_of_us=at).delete()
    Fit.objects.bulk_create(rows)
    spend = learned.models.spend
    reports["learned"] = {
        **{k: [min(v, 1e18) for v in vs] for k, vs in asdict(learned.borders).items()},
        "typical_spend": learned.models.typical_spend,
        "observed_mean": spend.observed_mean if spend else 0.0,
        "kept": learned.models.kept,
    }
    for name, content in reports.items():
        Report.objects.update_or_create(name=name, day=today, defaults={"as_of_us": at, "content": content})
    Report.objects.filter(day__lt=today - KEEP_DAYS).delete()


def _batches(customers: np.ndarray, size: int) -> Iterator[list[int]]:
    """All customers, and all persons who have a prediction but are no customers any more."""
    stored = np.array([row[0] for row in bulk.query("SELECT person_id FROM insights_prediction")], dtype=np.int64)
    everyone = np.union1d(customers, stored).tolist()
    for start in range(0, len(everyone), size):
        yield everyone[start : start + size]


def _predict_alone(batch: list[int], learned: Learned, at: int) -> None:
    """Under the lock that keeps this run and the log's consumer from overtaking each other."""
    while True:
        with exclusive(LOCK) as mine:
            if mine:
                predict(person_ids=batch, learned=learned, at=at)
                return
        time.sleep(0.02)
