"""What colleagues write, and putting a case aside for a while."""

from __future__ import annotations

import re

from django.db import transaction

from regulars.inbox.actions.closing import reopen
from regulars.inbox.actions.entries import locked, note_event, save, still_open, tell
from regulars.inbox.actions.retelling import retell
from regulars.inbox.actions.seen import nobody_else_answered
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Entry, Notice
from regulars.inbox.queries import colleagues
from regulars.inbox.searching import remember

WAYS = ("phone", "email", "sms", "in person", "post")
LONGEST = 10_000


@transaction.atomic
def write_note(*, case_id: int, text: str, by: str, at: int) -> int:
    """A note among ourselves; who is named with @ is told. Returns the entry's number."""
    case = locked(case_id)
    entry = Entry.objects.create(case_id=case.id, kind="note", by=by, at=at, text=_said(text))
    remember([(entry.id, entry.text)])
    save(case, at, {})
    tell(case.id, mentioned(entry.text), "mention", by=by, at=at)
    return entry.id


@transaction.atomic
def write_answer(
    *, case_id: int, text: str, way: str, by: str, at: int, public: bool = False, seen_entry: int | None = None
) -> int:
    """What a colleague said to the person, and by which way: it stops the clock. `seen_entry`: the last entry on the
    page; when somebody else has answered since, AnsweredAlready is raised."""
    if way not in WAYS:
        raise CannotDo(f"Say how you answered: {', '.join(WAYS)}.")
    case = still_open(locked(case_id))
    nobody_else_answered(case, seen_entry, by)
    entry = Entry.objects.create(
        case_id=case.id, kind="answer", public=public, by=by, at=at, sent_us=at, seen_us=at, text=_said(text),
        facts={"way": way},
    )  # fmt: skip
    remember([(entry.id, entry.text)])
    if case.account_id is not None:
        retell([case.id], at=at)
    else:
        save(case, at, {"first_us": case.first_us or at, "next_due_us": None})
    return entry.id


@transaction.atomic
def write_said(*, case_id: int, text: str, at: int, public: bool = False) -> int:
    """What the person added. A closed case is opened again: they are not done. The same words again add nothing."""
    case = locked(case_id)
    text = _said(text)
    last = Entry.objects.filter(case_id=case.id, kind="said").order_by("-id").first()
    if last and last.text == text:
        return last.id
    entry = Entry.objects.create(case_id=case.id, kind="said", public=public, by="person", at=at, text=text)
    remember([(entry.id, text)])
    if case.closed_us is not None:
        reopen(case_id=case.id, by="person", at=at)
    else:
        save(case, at, {})
    return entry.id


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise CannotDo("Write something first.")
    return text[:LONGEST]


def mentioned(text: str) -> list[int]:
    """The colleagues named with @ in a text: by name, by the first word of it, or by what stands before the @ of
    their address. A name that several have means each of them."""
    called = {user.id: _names(user.name, user.email) for user in colleagues()}
    words = {word.lower().rstrip(".") for word in re.findall(r"@([\w.\-]+)", text)}
    return sorted(user for user, names in called.items() if names & words)


def _names(name: str, email: str) -> set[str]:
    parts = name.lower().split()
    return {"".join(parts), ".".join(parts), *parts[:1], email.lower().partition("@")[0]} - {""}


@transaction.atomic
def snooze(*, case_id: int, until_us: int, by: str, at: int) -> None:
    """Out of the lists until then. The due time stays what it is. Raises CannotDo for a time that has passed."""
    if until_us <= at:
        raise CannotDo("Choose a time that lies ahead.")
    case = still_open(locked(case_id))
    save(case, at, {"snoozed_us": until_us})
    note_event(case, "snooze", by=by, at=at, until_us=until_us)


@transaction.atomic
def wake(*, case_id: int, by: str, at: int) -> None:
    """Back into the lists."""
    case = still_open(locked(case_id))
    if case.snoozed_us is not None:
        save(case, at, {"snoozed_us": None})
        note_event(case, "wake", by=by, at=at)


def see_notices(*, user_id: int, at: int, case_id: int | None = None) -> int:
    """Mark what a colleague was told as seen, of one case or all; returns how many."""
    new = Notice.objects.filter(user_id=user_id, seen_us=None)
    return (new.filter(case_id=case_id) if case_id else new).update(seen_us=at)
