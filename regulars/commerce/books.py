"""The books of the business as the database has them: its settings, and the rates that some events need."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.commerce.folding import Books, Rates, iso_day
from regulars.commerce.reading import Said
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.models import Business

RATES_LOCK = 7270


def books_of(said: Sequence[Said]) -> Books:
    """How to count these events. Inside a transaction: no rate changes until it ends."""
    business = Business.load()
    foreign = {each.facts["currency"] for each in said if "currency" in each.facts} - {business.currency}
    if foreign:
        lock_rates(shared=True)
        times = [each.ts for each in said]
        rates = _lookup(foreign, min(times) // DAY - 2, max(times) // DAY + 2)
    else:
        rates = _no_rates
    return Books(business.currency, business.prices == "net", ZoneInfo(business.timezone), rates)


def lock_rates(*, shared: bool) -> None:
    """Readers of rates wait for one who changes them, and the other way round. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        kind = "_shared" if shared else ""
        bulk.execute(f"SELECT pg_advisory_xact_lock{kind}(%s)", [RATES_LOCK])


def _no_rates(currency: str, day: int) -> None:
    return None


def _lookup(currencies: Iterable[str], first: int, last: int) -> Rates:
    """Latest rate on or before a day, from the rates that matter between two days."""
    table, params = bulk.table({"currency": "text"}, [(code,) for code in currencies])
    rows = bulk.query(
        f"SELECT r.currency, r.day, r.rate FROM commerce_rate r JOIN {table} ON v.currency = r.currency"
        " WHERE r.day <= %s AND r.day >= coalesce((SELECT max(o.day) FROM commerce_rate o"
        " WHERE o.currency = r.currency AND o.day <= %s), '') ORDER BY r.currency, r.day",
        [*params, iso_day(last), iso_day(first)],
    )
    known: dict[str, tuple[list[str], list[float]]] = {}
    for currency, day, rate in rows:
        days, rates = known.setdefault(currency, ([], []))
        days.append(day)
        rates.append(rate)

    def rate_on(currency: str, day: int) -> tuple[float, str] | None:
        days, rates = known.get(currency, ((), ()))
        place = bisect_right(days, iso_day(day)) - 1
        return (rates[place], days[place]) if place >= 0 else None

    return rate_on
