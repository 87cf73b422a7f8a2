"""Cases as lists show them; a handful of questions for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from regulars.channels.networks.models import Account, Author
from regulars.core.models import Business
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case
from regulars.inbox.queries import is_overdue, state_of
from regulars.people.models import Person
from regulars.people.queries import person_id_of
from regulars.team.queries import who
from regulars.web.pages.inbox import times
from regulars.web.pages.inbox.outside import plain
from regulars.web.pages.inbox.thread import name_of
from regulars.web.pages.inbox.words import PRIORITIES, outcome_words


def lines(cases: Iterable[Case], *, at: int) -> list[dict[str, Any]]:
    """One dict per case: whom it is with, on which account, what presses, who has it."""
    cases = list(cases)
    people = person_id_of([case.node_id for case in cases if case.node_id])
    persons = Person.objects.in_bulk(set(people.values()))
    authors = Author.objects.in_bulk({case.author_id for case in cases if case.author_id})
    accounts = Account.objects.in_bulk({case.account_id for case in cases if case.account_id})
    names, zone = who(case.owner for case in cases if case.owner), Business.load().timezone
    return [
        {
            "case": case,
            "person": persons.get(people.get(case.node_id)),
            "with": _with(persons.get(people.get(case.node_id)), authors.get(case.author_id), case),
            "author": authors.get(case.author_id),
            "account": accounts.get(case.account_id),
            "owner": names.get(case.owner, ""),
            "labels": case.labels,
            "initials_with": initials(
                _with(persons.get(people.get(case.node_id)), authors.get(case.author_id), case)
            ),
            "initials": initials(names.get(case.owner, "")),
            "kind": kind_of(case.kind).label,
            "priority": PRIORITIES[case.priority],
            "overdue": is_overdue(case, at),
            "state": state_of(case, at),
            "clock": times.first(case, at=at, zone=zone),
            "preview": plain(case.preview or case.title, most=200),
            "when": case.closed_us or case.last_us or case.opened_us,
            "outcome": outcome_words(case) if case.closed_us else "",
        }
        for case in cases
    ]


def _with(person: Person | None, author: Author | None, case: Case) -> str:
    if person:
        return str(person)
    return name_of(author) if author else plain(case.title, most=80)


def initials(name: str) -> str:
    """ "Olive Owner" -> "OO"."""
    return "".join(word[0] for word in name.split()[:2]).upper()
