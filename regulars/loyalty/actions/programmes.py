"""The programme itself: begun, changed, ended."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.core import bulk, recent
from regulars.core.clock import SECOND
from regulars.core.jobs import job
from regulars.loyalty.earning.rules import read, written
from regulars.loyalty.gathering import current
from regulars.loyalty.models import Due, Programme, RuleBook
from regulars.team.actions import audit

CHANGEABLE = ("name", "unit", "worth_points", "worth_minor", "return_days", "expiry", "expiry_months", "membership",
              "wording")  # fmt: skip
BATCH = 5000


class CannotDo(ValueError):
    """A sentence for people: why it cannot be done."""


def create_programme(
    *, name: str, rules: dict[str, Any], starts_us: int, by: str, at: int, **settings: Any
) -> Programme:
    """Begin a programme with its first rules. What was bought since `starts_us` counts, quietly.

    Raises CannotDo when one runs already or a setting makes no sense, RuleError for rules that cannot be.
    """
    body = written(read(rules))
    with transaction.atomic():
        if current():
            raise CannotDo("A programme runs already. End it before another one begins.")
        made = Programme(name=name.strip(), starts_us=min(starts_us, at), version=1, created_us=at, created_by=by)
        _set(made, settings)
        made.save()
        RuleBook.objects.create(programme_id=made.id, number=1, body=body, from_us=made.starts_us, by=by)
        audit(by=by, act="programme.begin", object=f"programme:{made.id}", at=at)
        count_soon(made, at)
    return made


def change_programme(*, programme_id: int, by: str, at: int, **settings: Any) -> Programme:
    """Name, unit, worth, return window, expiry, membership. What was given before keeps its dates."""
    with transaction.atomic():
        found = Programme.objects.select_for_update().get(id=programme_id)
        before = found.membership
        _set(found, settings)
        found.save()
        details = {name: value for name, value in settings.items() if name != "wording"}
        audit(by=by, act="programme.change", object=f"programme:{found.id}", details=details, at=at)
        if found.membership != before:
            count_soon(found, at)
    recent.forget()
    return found


def _set(programme: Programme, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if name not in CHANGEABLE:
            raise TypeError(f"A programme has no setting {name}.")
        setattr(programme, name, value)
    if not programme.name or not programme.unit:
        raise CannotDo("Give the programme a name, and say what its points are called.")
    if programme.worth_points < 1 or programme.worth_minor < 1:
        raise CannotDo("Say how many points are worth how much: both above 0.")
    if not 0 <= programme.return_days <= 366 or not 1 <= programme.expiry_months <= 120:
        raise CannotDo("The return window has up to 366 days; points live for 1 to 120 months.")
    if programme.membership == Programme.Membership.JOINED and not programme.wording.strip():
        raise CannotDo("Write what people agree to when they join: it is kept with every consent.")


def end_programme(*, programme_id: int, by: str, at: int) -> None:
    """Nothing is earned from then on. Balances stay as they are. Idempotent."""
    with transaction.atomic():
        found = Programme.objects.select_for_update().get(id=programme_id)
        if found.ended_us is None:
            found.ended_us = at
            found.save(update_fields=["ended_us"])
            audit(by=by, act="programme.end", object=f"programme:{found.id}", at=at)
    recent.forget()


def count_soon(programme: Programme, at: int) -> None:
    """Everybody is counted in a moment, when whoever saw the former rules has committed."""
    count_everybody.later(due_us=at + 5 * SECOND, programme_id=programme.id)


@job()
def count_everybody(*, programme_id: int) -> None:
    """Everybody who bought, joined or stands somewhere is counted again. Running it twice is harmless."""
    programme = Programme.objects.get(id=programme_id)
    people = bulk.query(
        "SELECT n.person_id FROM commerce_order o JOIN people_node n ON n.id = o.node_id WHERE o.ts >= %s"
        " AND n.person_id IS NOT NULL UNION SELECT n.person_id FROM loyalty_member m JOIN people_node n"
        " ON n.id = m.node_id WHERE m.programme_id = %s AND n.person_id IS NOT NULL"
        " UNION SELECT person_id FROM loyalty_standing WHERE programme_id = %s",
        [programme.starts_us, programme.id, programme.id],
    )
    for begin in range(0, len(people), BATCH):
        with transaction.atomic():
            bulk.insert(Due, ("node_id",), people[begin : begin + BATCH])
