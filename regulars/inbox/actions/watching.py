"""What happens by itself: sleeping cases wake, overdue ones are brought up, first to the owner, then to the owners of
the business."""

from __future__ import annotations

from django.db import transaction

from regulars.core.clock import HOUR
from regulars.inbox import clocks
from regulars.inbox.actions.entries import number_of, tell_each
from regulars.inbox.models import Case, Entry
from regulars.inbox.queries import hours_of_desk
from regulars.team.queries import owners

AT_ONCE = 500
PATIENCE_US = 4 * HOUR  # business hours between the reminder and telling the owners of the business


@transaction.atomic
def watch(*, at: int) -> int:
    """Bring up what is due now; returns how many cases changed. Doing it twice is doing it once."""
    return _wake(at) + _remind(at) + _escalate(at)


def _open() -> object:
    return Case.objects.select_for_update(skip_locked=True).filter(closed_us=None)


def _wake(at: int) -> int:
    slept = list(_open().filter(snoozed_us__lte=at)[:AT_ONCE])
    tell_each({case.id: number_of(case.owner) for case in slept}, "awake", by="system", at=at)
    return _set(slept, at, "wake", {"snoozed_us": None})


def _remind(at: int) -> int:
    """Asleep or not: who put it aside did not put aside what was promised."""
    late = list(_open().filter(due_us__lte=at, first_us=None, reminded_us=None).order_by("due_us")[:AT_ONCE])
    tell_each({case.id: number_of(case.owner) for case in late}, "overdue", by="system", at=at)
    return _set(late, at, "overdue", {"reminded_us": at})


def _escalate(at: int) -> int:
    """Who nobody has answers at once; else after some patience."""
    told = _open().filter(due_us__lte=at, first_us=None, reminded_us__isnull=False, escalated_us=None)
    hours, boss = hours_of_desk(), [user.id for user in owners()]
    late = [case for case in told.order_by("due_us")[:AT_ONCE] if _patience_is_over(case, at, hours)]
    tell_each({case.id: boss for case in late}, "escalated", by="system", at=at)
    return _set(late, at, "escalate", {"escalated_us": at, "priority": 2})


def _patience_is_over(case: Case, at: int, hours: clocks.Hours) -> bool:
    return not case.owner or at >= clocks.due(at=case.reminded_us, hours=hours, want_us=PATIENCE_US)


def _set(cases: list[Case], at: int, act: str, fields: dict) -> int:
    Case.objects.filter(id__in=[case.id for case in cases]).update(**fields, changed_us=at)
    Entry.objects.bulk_create(
        [Entry(case_id=case.id, kind="event", by="system", at=at, facts={"act": act}) for case in cases]
    )
    return len(cases)
