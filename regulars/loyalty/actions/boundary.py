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
from django.utils.translation import gettext

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.models import Business
from regulars.loyalty import days
from regulars.loyalty.actions.claiming import count_due
from regulars.loyalty.actions.occasions import note_birthdays, note_profiles
from regulars.loyalty.gathering import current, terms_of
from regulars.loyalty.ledger import adjust, balance, rounds
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
        return _go_on(programme, boundary, at)


def _go_on(programme: Programme, boundary: int, at: int) -> bool:
    """One batch of the step that comes next; the place moves when a step is done."""
    if STEPS[programme.step](programme, boundary, at):
        return True
    failpoint("loyalty.day.before_step")
    with transaction.atomic():
        last = programme.step + 1 == len(STEPS)
        programme.step = 0 if last else programme.step + 1
        programme.settled_us = boundary if last else programme.settled_us
        programme.save(update_fields=["step", "settled_us"])
    failpoint("loyalty.day.after_step")
    return True


def _activate(programme: Programme, boundary: int, at: int) -> bool:
    return rounds.release_due(boundary) or rounds.activate_due(boundary)


def _note_occasions(programme: Programme, boundary: int, at: int) -> bool:
    with transaction.atomic():
        terms = terms_of(programme)
        note_birthdays(terms, boundary)
        note_profiles(terms, boundary)
    return False


def _tiers(programme: Programme, boundary: int, at: int) -> bool:
    return count_due(at)


def _expire(programme: Programme, boundary: int, at: int) -> bool:
    return rounds.expire_due(boundary) or _expire_away(programme, boundary, at)


AWAY = """SELECT s.person_id, min(n.id), sum(b.active) FROM loyalty_standing s
 JOIN people_node n ON n.person_id = s.person_id
 JOIN loyalty_balance b ON b.node_id = n.id AND b.programme_id = s.programme_id AND b.asset = 'points'
 WHERE s.programme_id = %s AND s.last_us < %s GROUP BY s.person_id HAVING sum(b.active) > sum(b.debt) LIMIT 20"""


def _expire_away(programme: Programme, boundary: int, at: int) -> bool:
    """Where points live until nothing was bought for some months: those of a few members who were away for longer."""
    if programme.expiry != Programme.Expiry.ACTIVE:
        return False
    zone = ZoneInfo(Business.load().timezone)
    rows = bulk.query(AWAY, [programme.id, days.window_begins(boundary, programme.expiry_months, zone)])
    for person, node, _active in rows:
        have = balance(programme_id=programme.id, person_id=person, at=boundary)
        if have.active:
            adjust(
                programme_id=programme.id, node_id=node, source="clock", key=f"away:{person}:{boundary}",
                amount=-have.active, reason=gettext("Nothing was bought for too long"), by="system", at=boundary,
            )  # fmt: skip
    return bool(rows)


STEPS: tuple[Callable[[Programme, int, int], bool], ...] = (_activate, _note_occasions, _tiers, _expire, _tiers)
