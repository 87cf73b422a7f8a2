"""What happens when a day begins, in this order:

1. pending points whose return window closed become active,
2. birthdays and complete profiles are noted,
3. tiers are looked at again,
4. points expire, those of members who were away for too long too,
5. tiers once more, for what the steps before changed.

Each step goes on in batches until it is done, so a worker may die anywhere and another goes on. Read between the
steps, balances are right all the same: the ledger counts what is due as done.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import transaction

from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.models import Business
from regulars.loyalty import days
from regulars.loyalty.actions.claiming import count_due
from regulars.loyalty.actions.occasions import note_birthdays, note_profiles
from regulars.loyalty.gathering import current, terms_of
from regulars.loyalty.ledger import rounds
from regulars.loyalty.models import Programme

declare("loyalty.day.before_step", "loyalty.day.after_step")


def settle_days(at: int) -> bool:
    """Go on with the day that began last; was there anything to do?"""
    with exclusive("loyalty_days") as mine:
        programme = current() if mine else None
        if programme is None:
            return False
        boundary = days.midnight(at, ZoneInfo(Business.load().timezone))
        if programme.settled_us >= boundary:
            return False
        return _go_on(programme, boundary)


def _go_on(programme: Programme, boundary: int) -> bool:
    """One batch of the step that comes next; the place moves when a step is done."""
    if STEPS[programme.step](programme, boundary):
        return True
    failpoint("loyalty.day.before_step")
    with transaction.atomic():
        last = programme.step + 1 == len(STEPS)
        programme.step = 0 if last else programme.step + 1
        programme.settled_us = boundary if last else programme.settled_us
        programme.save(update_fields=["step", "settled_us"])
    failpoint("loyalty.day.after_step")
    return True


def _activate(programme: Programme, boundary: int) -> bool:
    return rounds.release_due(boundary) or rounds.activate_due(boundary)


def _note_occasions(programme: Programme, boundary: int) -> bool:
    with transaction.atomic():
        terms = terms_of(programme)
        note_birthdays(terms, boundary)
        note_profiles(terms, boundary)
    return False


def _tiers(programme: Programme, boundary: int) -> bool:
    return count_due(boundary)


def _expire(programme: Programme, boundary: int) -> bool:
    return rounds.expire_due(boundary)


STEPS: tuple[Callable[[Programme, int], bool], ...] = (_activate, _note_occasions, _tiers, _expire, _tiers)
