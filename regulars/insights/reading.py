"""Reads purchases from the truth into numpy: one row per order that was not cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from django.db import connection

from regulars.core import bulk
from regulars.core.money import exponent
from regulars.insights.btyd import PurchaseDays

_CHUNK = 50_000
_ORDERS = (
    "SELECT n.person_id, o.day, coalesce(o.base_total, 0), coalesce(o.base_refunded, 0)"
    " FROM commerce_order o JOIN people_node n ON n.id = o.node_id WHERE o.cancelled_us IS NULL"
)


@dataclass(frozen=True, slots=True)
class Bought:
    """Orders in parallel arrays; amounts in minor units of the base currency (0 where no rate is known)."""

    person: np.ndarray
    day: np.ndarray
    total: np.ndarray
    refunded: np.ndarray

    def days(self, currency: str) -> PurchaseDays:
        """Purchase days with amounts in major units, before refunds."""
        return PurchaseDays.of(customer=self.person, day=self.day, amount=self.total / 10 ** exponent(currency))

    @property
    def kept(self) -> float:
        """The share of turnover that was not refunded, between 0 and 1."""
        total = float(self.total.sum())
        return min(max(1 - float(self.refunded.sum()) / total, 0.0), 1.0) if total > 0 else 1.0


def all_orders(*, until_day: int) -> Bought:
    """Every order up to and including a local day, read in chunks so that memory stays flat."""
    return _bought(_chunks(f"{_ORDERS} AND o.day <= %s", [until_day]))


def orders_of(person_ids: Iterable[int], *, until_day: int) -> Bought:
    """The same of some persons."""
    ids, params = bulk.ids(person_ids)
    sql = f"{_ORDERS} AND n.person_id IN {ids} AND o.day <= %s"
    return _bought(iter([bulk.query(sql, [*params, until_day])]))


def _bought(chunks: Iterator[list[tuple]]) -> Bought:
    parts = [np.array(rows, dtype=np.int64) for rows in chunks if rows]
    table = np.concatenate(parts) if parts else np.zeros((0, 4), dtype=np.int64)
    return Bought(*table.T)


def _chunks(sql: str, params: list) -> Iterator[list[tuple]]:
    """Rows in lists; on PostgreSQL through a cursor of the server, or the driver would hold them all."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(_CHUNK):
            yield rows
