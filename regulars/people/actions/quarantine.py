"""Quarantine by hand: a value that must link nobody (the shop's own number), and letting one go."""

from __future__ import annotations

from regulars.core.models import Business
from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.evidence import set_quarantined
from regulars.people.actions.joining import lock_values, rejoin
from regulars.people.identifiers import normal
from regulars.people.models import Quarantine


@in_one_transaction
def quarantine_value(*, type: str, value: str, by: str, at: int, reason: str = "") -> Quarantine:
    """The value links nobody from now on, and those it linked are separate again."""
    value = spelled(type, value)
    lock_values([(type, value)])
    one, _ = Quarantine.objects.update_or_create(
        type=type,
        value=value,
        defaults={
            "since_us": at,
            "reason": reason or "set aside by hand",
            "by": by,
            "released_us": None,
            "released_by": "",
        },
    )
    rejoin(set_quarantined([(type, value)], True), at=at, cause="unmerge")
    return one


@in_one_transaction
def release_quarantine(*, type: str, value: str, by: str, at: int) -> None:
    """The value links people again, however many. Raises Quarantine.DoesNotExist."""
    value = spelled(type, value)
    lock_values([(type, value)])
    one = Quarantine.objects.select_for_update().get(type=type, value=value)
    if one.released_us is not None:
        return
    Quarantine.objects.filter(id=one.id).update(released_us=at, released_by=by)
    rejoin(set_quarantined([(type, value)], False), at=at)


def spelled(type_: str, value: str) -> str:
    """The value as it is kept."""
    found = None if type_ == "anonymous" else normal(type_, value, Business.load().country)
    return found.value if found else value
