"""Closing with an outcome, and opening again."""

from __future__ import annotations

from django.db import transaction

from regulars.core.signals import send
from regulars.inbox.actions.entries import locked, note_event, number_of, save, tell
from regulars.inbox.actions.retelling import retell
from regulars.inbox.errors import CannotDo
from regulars.inbox.kinds import kind_of
from regulars.inbox.promises import promises
from regulars.inbox.signals import CaseClosed, CaseReopened


@transaction.atomic
def close(*, case_id: int, outcome: str, by: str, at: int) -> bool:
    """End the case. False when it was closed already (the first outcome stays). Raises CannotDo for an outcome that
    is not one of its kind's."""
    case = locked(case_id)
    if case.closed_us is not None:
        return False
    if outcome not in kind_of(case.kind).outcomes:
        raise CannotDo("Say how it ended: choose one of the outcomes.")
    took = promises().took(case.kind, case.account_id, since=case.opened_us, until=at)
    ended = {"closed_us": at, "closed_by": by, "outcome": outcome, "snoozed_us": None, "solve_us": took}
    save(case, at, ended | {"next_due_us": None, "warn_us": None})
    note_event(case, "close", by=by, at=at, sent_us=at, outcome=outcome)
    if case.account_id is not None:
        retell([case.id], at=at)
    send(CaseClosed(case.id, case.origin, outcome, at))
    return True


@transaction.atomic
def reopen(*, case_id: int, by: str, at: int) -> bool:
    """Go on with a closed case. False when it is open."""
    case = locked(case_id)
    if case.closed_us is None:
        return False
    if case.merged_into is not None:
        raise CannotDo("This conversation goes on in another one. Part them first.")
    owed = case.due_us if case.first_us is None and case.account_id is None else None
    begun = {"closed_us": None, "closed_by": "", "outcome": "", "reminded_us": None, "escalated_us": None}
    save(case, at, begun | {"next_due_us": owed, "reopened": case.reopened + 1})
    note_event(case, "reopen", by=by, at=at)
    tell(case.id, number_of(case.owner), "reopened", by=by, at=at)
    send(CaseReopened(case.id, case.origin, at))
    return True
