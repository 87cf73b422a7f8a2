"""What conversations hold of people: what they said, what we answered and noted, and why we take an author for them.

That there was a conversation, how long it took and how it ended stays for the books; every word of it goes. In a
public thread the words of others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from regulars.channels.networks.models import Author
from regulars.core.plugs import PersonalTable, register
from regulars.inbox.clearing import clear_index
from regulars.inbox.kinds import ERASED
from regulars.inbox.models import Case, Draft, Entry, Moderation, Proof
from regulars.inbox.searching import AT_ONCE, forget_words

EXPORTED = ("kind", "title", "facts", "opened_us", "due_us", "first_us", "closed_us", "outcome")
EMPTY = {"title": "", "facts": {}, "preview": "", "node_id": None, "waiting_us": None, "next_due_us": None}


def _authors(node_ids: Sequence[int]) -> QuerySet:
    return Author.objects.filter(node_id__in=node_ids).values("id")


def _their_cases(node_ids: Sequence[int]) -> QuerySet[Case]:
    """Cases about the person, and conversations they began."""
    return Case.objects.filter(Q(node_id__in=node_ids) | Q(author_id__in=_authors(node_ids)))


def _their_entries(node_ids: Sequence[int]) -> QuerySet[Entry]:
    """What they said anywhere, what was answered to them, and what we wrote in conversations of theirs."""
    authors = _authors(node_ids)
    ours = Q(case_id__in=_their_cases(node_ids).values("id")) & (Q(author_id=None) | Q(author_id__in=authors))
    return Entry.objects.filter(ours | Q(author_id__in=authors) | Q(to_author_id__in=authors))


def _cases(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_their_cases(node_ids).order_by("id").values(*EXPORTED))


def _forget_cases(node_ids: Sequence[int], at: int) -> int:
    theirs = list(_their_cases(node_ids).values_list("id", flat=True))
    found = Case.objects.filter(id__in=theirs)
    found.filter(closed_us=None).update(closed_us=at, closed_by="system", outcome=ERASED, snoozed_us=None)
    return found.update(**EMPTY, warn_us=None)


def _entries(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_their_entries(node_ids).order_by("id").values("kind", "public", "at", "text"))


def _forget_entries(node_ids: Sequence[int], at: int) -> int:
    theirs = list(_their_entries(node_ids).values_list("id", flat=True))
    _forget_words(theirs, at)
    events = Entry.objects.filter(id__in=theirs, kind="event").count()  # they hold numbers and words of ours alone
    return Entry.objects.filter(id__in=theirs).exclude(kind="event").update(text="", facts={}, gone_us=at) + events


def _forget_words(entries: Iterable[int], at: int) -> int:
    """They are found no more, and nothing of them stays in the index: what this SQLite cannot take out at once, a
    job does as soon as we are committed."""
    gone = forget_words(entries)
    if gone and connection.vendor == "sqlite" and not AT_ONCE:
        clear_index.later(at=at)
    return gone


def _drafts(node_ids: Sequence[int]) -> QuerySet[Draft]:
    return Draft.objects.filter(case_id__in=_their_cases(node_ids).values("id"))


def _moderation(node_ids: Sequence[int]) -> QuerySet[Moderation]:
    return Moderation.objects.filter(entry_id__in=_their_entries(node_ids).values("id"))


def _proofs(node_ids: Sequence[int]) -> QuerySet[Proof]:
    return Proof.objects.filter(node_id__in=node_ids)


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
    PersonalTable(
        table="inbox_spoken",
        room="inbox",
        holds="the same words, as search compares them",
        export=lambda node_ids: [],
        erase=lambda node_ids, at: _forget_words(_their_entries(node_ids).values_list("id", flat=True), at),
    ),
    PersonalTable(
        table="inbox_draft",
        room="inbox",
        holds="answers to the person that a colleague has begun",
        export=lambda node_ids: list(_drafts(node_ids).order_by("id").values("public", "text", "at")),
        erase=lambda node_ids, at: _drafts(node_ids).delete()[0],
    ),
    PersonalTable(
        table="inbox_moderation",
        room="inbox",
        holds="what of theirs was hidden or deleted in public, and why",
        export=lambda node_ids: list(_moderation(node_ids).order_by("id").values("act", "reason", "state", "at")),
        erase=lambda node_ids, at: _moderation(node_ids).update(note=""),
    ),
    PersonalTable(
        table="inbox_proof",
        room="inbox",
        holds="why an author of a network is taken for them",
        export=lambda node_ids: list(_proofs(node_ids).order_by("id").values("proof", "evidence", "at", "undone_us")),
        erase=lambda node_ids, at: _proofs(node_ids).delete()[0],
    ),
)

from regulars.inbox.suggesting import personal as _suggesting  # noqa: E402, F401 - erased before the cases are
from regulars.inbox.understanding import personal as _understanding  # noqa: E402, F401 - its own tables
