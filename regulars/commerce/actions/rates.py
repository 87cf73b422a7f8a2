"""Dated exchange rates, and counting orders again when one changes."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from regulars.commerce.actions.orders import fold_again
from regulars.commerce.books import lock_rates
from regulars.commerce.folding import UNIX_DAY
from regulars.commerce.models import Rate
from regulars.commerce.reading import Unreadable
from regulars.commerce.reading import currency as readable_currency
from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.models import Business

AT_ONCE = 200
declare("commerce.rate-set", "commerce.rebased")


def set_rate(*, currency: str, day: str, rate: float, source: str = "", by: str, at: int) -> Rate:
    """One unit of `currency` is worth `rate` units of the base currency from `day` (2026-09-21) on, until a later
    rate. Orders of those days are counted again in the background. Raises ValueError for what cannot be a rate.
    """
    code, first = _checked(currency, day, rate)
    with transaction.atomic():
        lock_rates(shared=False)
        kept, _ = Rate.objects.update_or_create(
            currency=code, day=first.isoformat(), defaults={"rate": float(rate), "source": source[:80] or by[:80]}
        )
        rebase.later(currency=code, first=first.isoformat(), at=at)
        failpoint("commerce.rate-set")
    return kept


@job(lane="soon")
def rebase(*, currency: str, first: str, at: int) -> None:
    """Count orders and refunds in a currency again, from a day to the next known rate. Safe to repeat or kill."""
    later = (
        Rate.objects.filter(currency=currency, day__gt=first).order_by("day").values_list("day", flat=True).first()
    )
    # a day either side: orders know days by the business's calendar only, and one refold too many is harmless
    last = _days(later) + 1 if later else 10**6
    _again("currency = %s AND day >= %s AND day <= %s", [currency, _days(first) - 1, last], at)


@job(lane="soon")
def rebase_orders(*, at: int) -> None:
    """Count every order again: after the business changed its currency, time zone, or net and gross."""
    Business._cached = None  # the change may be younger than what this process remembers
    _again("%s = 1", [1], at)


def _again(which: str, params: list[object], at: int) -> None:
    after = 0
    while ids := _numbers(which, params, after):
        with transaction.atomic():
            fold_again(ids, at)
            failpoint("commerce.rebased")
        after = ids[-1]


def _numbers(which: str, params: list[object], after: int) -> list[int]:
    rows = bulk.query(
        f"SELECT id FROM commerce_order WHERE id > %s AND {which}"
        f" UNION SELECT number_id FROM commerce_refund WHERE number_id > %s AND {which} ORDER BY 1 LIMIT {AT_ONCE}",
        [after, *params, after, *params],
    )
    return [id_ for (id_,) in rows]


def _days(day: str) -> int:
    return date.fromisoformat(day).toordinal() - UNIX_DAY


def _checked(currency: str, day: str, rate: float) -> tuple[str, date]:
    try:
        code, first = readable_currency(currency), date.fromisoformat(day)
    except Unreadable as wrong:
        raise ValueError(str(wrong)) from None
    except ValueError:
        raise ValueError(f"{day!r} is not a date: write it as 2026-09-21.") from None
    if not 0 < float(rate) < 1e9:
        raise ValueError(f"{rate} cannot be a rate: it must be above zero.")
    if code == Business.load().currency:
        raise ValueError(f"{code} is the business's own currency: its rate is always 1.")
    return code, first
