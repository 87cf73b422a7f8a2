"""Quotas and money that end: taken before a call and given back after it, so that a limit is never exceeded.

The check and the taking are one statement, in a transaction of its own: any number of processes may ask at once, and
a crash between taking and calling only leaves something unspent.
"""

from __future__ import annotations

from django.db.models import F

from regulars.channels.networks.models import Spent


def take(*, account_id: int, name: str, period: str, amount: int, most: int) -> bool:
    """Take so much of what is left of the period; False, and nothing is taken, when it is not enough."""
    if amount > most:
        return False
    row = {"account_id": account_id, "name": name, "period": period}
    Spent.objects.bulk_create([Spent(**row)], ignore_conflicts=True)
    left = Spent.objects.filter(**row, amount__lte=most - amount)
    return bool(left.update(amount=F("amount") + amount))


def give_back(*, account_id: int, name: str, period: str, amount: int) -> None:
    """What was taken and not used."""
    if amount > 0:
        Spent.objects.filter(account_id=account_id, name=name, period=period).update(amount=F("amount") - amount)


def count(*, account_id: int, name: str, period: str, amount: int) -> None:
    """Add what was used, where nothing limits it."""
    if amount > 0:
        take(account_id=account_id, name=name, period=period, amount=amount, most=2**62)


def spent(*, account_id: int, name: str, period: str) -> int:
    """What was used of the period so far."""
    found = Spent.objects.filter(account_id=account_id, name=name, period=period)
    return found.values_list("amount", flat=True).first() or 0


def use_up(*, account_id: int, name: str, period: str, most: int) -> None:
    """The network says that nothing is left, whatever we counted."""
    take(account_id=account_id, name=name, period=period, amount=0, most=most)
    Spent.objects.filter(account_id=account_id, name=name, period=period, amount__lt=most).update(amount=most)
