"""Whose case it is, and by when."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from regulars.inbox.actions.entries import locked, note_event, number_of, save, still_open, tell
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, Wait
from regulars.inbox.queries import who_may_answer


@transaction.atomic
def assign(*, case_id: int, owner: str, by: str, at: int) -> None:
    """Give the case to a colleague ("user:7"), or to nobody (""). Raises CannotDo for somebody who may not answer."""
    case = still_open(locked(case_id))
    if owner and not set(number_of(owner)) & who_may_answer():
        raise CannotDo("This colleague may not answer cases. Choose another, or change their role.")
    if owner == case.owner:
        return
    save(case, at, {"owner": owner, "reminded_us": None})
    note_event(case, "assign", by=by, at=at, owner=owner)
    tell(case.id, number_of(owner), "given", by=by, at=at)


@transaction.atomic
def set_due(*, case_id: int, due_us: int | None, by: str, at: int) -> None:
    """Another due time; reminders begin anew."""
    case = still_open(locked(case_id))
    if case.account_id is not None:
        _promise(case, due_us)
    owed = due_us if case.account_id is not None or case.first_us is None else None
    first = {"due_us": due_us} if case.first_us is None else {}
    save(case, at, first | {"next_due_us": owed, "reminded_us": None, "escalated_us": None})
    note_event(case, "due", by=by, at=at, due_us=due_us)


@transaction.atomic
def set_priority(*, case_id: int, priority: int, by: str, at: int) -> None:
    """0 normal, 1 high, 2 urgent."""
    if priority not in (0, 1, 2):
        raise CannotDo("A case is normal, high or urgent.")
    case = still_open(locked(case_id))
    save(case, at, {"priority": priority})
    note_event(case, "priority", by=by, at=at, priority=priority)


def _promise(case: Case, due_us: int | None) -> None:
    """Of a conversation, everybody in it who waits is promised an answer by then."""
    group = Case.objects.filter(Q(id=case.id) | Q(merged_into=case.id)).values("id")
    open_ = Wait.objects.filter(case_id__in=group, ended_us=None)
    if not open_.exists():
        raise CannotDo("Nobody waits for an answer here, so there is nothing to promise.")
    open_.update(due_us=due_us, by_hand=True)
