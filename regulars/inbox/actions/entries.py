"""What every action leaves behind: an entry, notices to colleagues, a line in the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from regulars.core import bulk
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, Entry, Notice
from regulars.team.actions import audit

FAR = 2**62


def locked(case_id: int) -> Case:
    """The case, held until commit. Raises CannotDo when there is none."""
    found = Case.objects.select_for_update().filter(id=case_id).first()
    if found is None:
        raise CannotDo("There is no such case: it may have been opened in another installation.")
    return found


def turn(owed_us: int | None, last_us: int | None) -> int:
    """The place in lists: what is owed stands first, by when; then what waits for nothing, the newest word first."""
    return FAR - (last_us or 0) if owed_us is None else owed_us


def still_open(case: Case) -> Case:
    """The case, unless it is closed: then CannotDo."""
    if case.closed_us is not None:
        raise CannotDo("This case is closed. Open it again first.")
    return case


def note_event(case: Case, act: str, *, by: str, at: int, sent_us: int | None = None, **facts: Any) -> None:
    """What happened, in the case and in the audit log. `sent_us`: it ends what people waited for."""
    said = {"act": act, **facts}
    Entry.objects.create(case_id=case.id, kind="event", by=by, at=at, sent_us=sent_us, seen_us=sent_us, facts=said)
    audit(by=by, act=f"case.{act}", object=f"case:{case.id}", details=facts, at=at)


def tell(case_id: int, users: Iterable[int], what: str, *, by: str, at: int) -> None:
    """Notices to colleagues; nobody is told of what they did themselves."""
    tell_each({case_id: users}, what, by=by, at=at)


def tell_each(cases: Mapping[int, Iterable[int]], what: str, *, by: str, at: int) -> None:
    """The same for many: {case: colleagues}."""
    told = [(case, user) for case, users in cases.items() for user in users if f"user:{user}" != by]
    bulk.insert(
        Notice, ("user_id", "case_id", "what", "by", "at"), [(user, case, what, by, at) for case, user in told]
    )


def number_of(owner: str) -> list[int]:
    """The user behind "user:7", as a list of one or none."""
    return [int(owner[5:])] if owner.startswith("user:") else []


def save(case: Case, at: int, fields: Mapping[str, Any]) -> None:
    """Write these columns and when."""
    for name, value in fields.items():
        setattr(case, name, value)
    case.changed_us, case.turn_us = at, turn(case.next_due_us or case.waiting_us, case.last_us or case.opened_us)
    case.save(update_fields=[*fields, "changed_us", "turn_us"])
