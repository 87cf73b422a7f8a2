"""Thresholds set up and ended. One that people crossed is never changed: end it and begin another."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from regulars.loyalty.actions.programmes import CannotDo, count_soon
from regulars.loyalty.actions.rules import live_book
from regulars.loyalty.earning.rules import Picked
from regulars.loyalty.models import Programme, Threshold
from regulars.team.actions import audit


def make_threshold(*, programme_id: int, by: str, at: int, **settings: Any) -> Threshold:
    """An unsaved threshold with these settings (name, measure, amount, months, only, points, tier), checked.

    Raises CannotDo.
    """
    made = Threshold(programme_id=programme_id, from_us=at, by=by, **settings)
    made.only = msgspec.to_builtins(msgspec.convert(made.only, Picked, strict=False))
    if not made.name.strip():
        raise CannotDo("Give the threshold a name: people see it in their history.")
    if made.measure not in Threshold.Measure.values or made.amount < 1:
        raise CannotDo("Say how much has to be bought: an amount above 0.")
    if not 0 <= made.months <= 120:
        raise CannotDo("The time has up to 120 months; 0 means ever.")
    if made.points < 0:
        raise CannotDo("A threshold gives points or none; it takes none away.")
    scheme = live_book(Programme.objects.get(id=programme_id)).tiers
    if made.tier and (scheme is None or scheme.index(made.tier) < 0):
        raise CannotDo("That tier does not exist: publish it first.")
    return made


def create_threshold(*, programme_id: int, by: str, at: int, **settings: Any) -> Threshold:
    """It holds from `at` on; who is across already crosses it then, and is told so. Raises CannotDo."""
    with transaction.atomic():
        made = make_threshold(programme_id=programme_id, by=by, at=at, **settings)
        made.save()
        audit(by=by, act="threshold.create", object=f"threshold:{made.id}", details={}, at=at)
        count_soon(Programme.objects.get(id=programme_id), at)
    return made


def end_threshold(*, threshold_id: int, by: str, at: int) -> None:
    """Nobody crosses it any more; who is across stays so for as long as their purchases last. Idempotent."""
    with transaction.atomic():
        if Threshold.objects.filter(id=threshold_id, ended_us=None).update(ended_us=at):
            audit(by=by, act="threshold.end", object=f"threshold:{threshold_id}", details={}, at=at)
