"""What cases hold of people: what they said, what we answered and noted. That there was a case, and how it ended,
stays for the books; every word of it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core.plugs import PersonalTable, register
from regulars.inbox.kinds import ERASED
from regulars.inbox.models import Case, Entry

EXPORTED = ("kind", "title", "facts", "opened_us", "due_us", "first_us", "closed_us", "outcome")


def _cases(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Case.objects.filter(node_id__in=node_ids).order_by("id").values(*EXPORTED))


def _forget_cases(node_ids: Sequence[int], at: int) -> int:
    theirs = Case.objects.filter(node_id__in=node_ids)
    theirs.filter(closed_us=None).update(closed_us=at, closed_by="system", outcome=ERASED, snoozed_us=None)
    return theirs.update(title="", facts={}, node_id=None)


def _entries(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    theirs = Case.objects.filter(node_id__in=node_ids).values("id")
    return list(Entry.objects.filter(case_id__in=theirs).order_by("id").values("kind", "public", "at", "text"))


def _forget_entries(node_ids: Sequence[int], at: int) -> int:
    theirs = Case.objects.filter(node_id__in=node_ids).values("id")
    return Entry.objects.filter(case_id__in=theirs).update(text="")


register(
    PersonalTable(
        table="inbox_case",
        room="inbox",
        holds="what colleagues had to do for the person, and how it ended",
        export=_cases,
        erase=_forget_cases,
    ),
    PersonalTable(
        table="inbox_entry",
        room="inbox",
        holds="what the person said, what we answered and noted",
        export=_entries,
        erase=_forget_entries,
    ),
)

from regulars.inbox.understanding import personal as _understanding  # noqa: E402, F401 - its own tables
