"""Predictions of some persons, computed anew from their orders by what was learned last.

The nightly run and the log of touched persons use the same function, so both give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.models import Business
from regulars.core.money import exponent
from regulars.insights import reading, rfm
from regulars.insights.btyd import PurchaseDays
from regulars.insights.calendar import day_of, start_of
from regulars.insights.fits import Learned
from regulars.insights.models import Prediction
from regulars.insights.outlook import Outlook, outlook
from regulars.insights.rhythm import NEVER
from regulars.people.actions import touch

declare("insights.predicted")

COLUMNS = tuple(field.column for field in Prediction._meta.local_fields)
_UPDATE = "(person_id) DO UPDATE SET " + ", ".join(f"{c} = excluded.{c}" for c in COLUMNS[1:])


def predict(*, person_ids: Iterable[int], learned: Learned, at: int) -> int:
    """Renew the predictions of these persons; returns how many really changed, and touches those.

    Predictions of persons without orders are removed. Call it under the lock "predictions": it reads first and
    writes after, in one short transaction, so two callers could otherwise write in the wrong order.
    """
    wanted = sorted(set(person_ids))
    rows = rows_of(wanted, learned, at)
    changed, gone = _differences(wanted, rows)
    with transaction.atomic():
        bulk.insert(Prediction, COLUMNS, changed, conflict=_UPDATE)
        ids, params = bulk.ids(gone)
        bulk.execute(f"DELETE FROM insights_prediction WHERE person_id IN {ids}", params)
        touch(person_ids=[row[0] for row in changed] + gone, cause="derived", at=at)
    failpoint("insights.predicted")
    return len(changed) + len(gone)


def rows_of(person_ids: Sequence[int], learned: Learned, at: int) -> list[tuple]:
    """Rows in the order of COLUMNS, of those who bought."""
    business = Business.load()
    today = day_of(at, business.timezone)
    bought = reading.orders_of(person_ids, until_day=today)
    if not len(bought.person):
        return []
    days = bought.days(business.currency)
    seen = outlook(days, learned.models, as_of_day=today)
    return _rows(seen, days, learned, business)


def _differences(wanted: list[int], rows: list[tuple]) -> tuple[list[tuple], list[int]]:
    ids, params = bulk.ids(wanted)
    known = {
        row[0]: tuple(row)
        for row in bulk.query(
            f"SELECT {', '.join(COLUMNS)} FROM insights_prediction WHERE person_id IN {ids}", params
        )
    }
    changed = [row for row in rows if known.get(row[0]) != row]
    return changed, sorted(known.keys() - {row[0] for row in rows})


def _rows(seen: Outlook, days: PurchaseDays, learned: Learned, business: Business) -> list[tuple]:
    unit, edges = 10 ** exponent(business.currency), learned.borders
    spent = np.add.reduceat(days.amount, days.starts[:-1])
    recency = rfm.score(seen.last_day, edges.recency)
    frequency = rfm.score(seen.purchase_days, edges.frequency)
    instants = _Instants(business.timezone)
    columns = (
        seen.customer.tolist(),
        seen.purchase_days.tolist(),
        seen.first_day.tolist(),
        seen.last_day.tolist(),
        np.round(seen.chance_soon, 3).tolist(),
        np.round(seen.purchases_soon, 2).tolist(),
        np.round(seen.purchases_year, 2).tolist(),
        (np.rint(seen.value_year).astype(np.int64) * unit).tolist(),
        (np.rint(seen.at_stake).astype(np.int64) * unit).tolist(),
        [None if gap != gap else gap for gap in seen.rhythm.gap.tolist()],
        instants(seen.rhythm.drifts_on),
        instants(seen.rhythm.gone_on),
        instants(seen.rhythm.back_on),
        instants(seen.regular_from),
        instants(np.where(seen.regular_to == NEVER, NEVER, seen.regular_to + 1)),
        recency.tolist(),
        frequency.tolist(),
        rfm.score(spent, edges.money).tolist(),
        [rfm.cell(r, f) for r, f in zip(recency.tolist(), frequency.tolist(), strict=True)],
    )
    return list(zip(*columns, strict=True))


class _Instants:
    """Starts of local days, each computed once."""

    def __init__(self, zone: str) -> None:
        self.zone = zone

    def __call__(self, days: np.ndarray) -> list[int | None]:
        known = {NEVER: None}
        for day in np.unique(days).tolist():
            if day != NEVER:
                known[day] = start_of(day, self.zone)
        return [known[day] for day in days.tolist()]
