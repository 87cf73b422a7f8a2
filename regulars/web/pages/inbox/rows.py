"""Cases as lists show them; a handful of questions for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from regulars.channels.networks.models import Author
from regulars.core.models import Business
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case
from regulars.inbox.queries import is_overdue, state_of
from regulars.people.models import Person
from regulars.people.queries import person_id_of
from regulars.team.queries import who
from regulars.web.pages.inbox import menus, times
from regulars.web.pages.inbox.outside import plain
from regulars.web.pages.inbox.thread import name_of
from regulars.web.pages.inbox.words import PRIORITIES, outcome_words


def lines(cases: Iterable[Case], *, at: int, authors: Mapping[int, Author] | None = None) -> list[dict[str, Any]]:
    """One dict per case: whom it is with, on which account, what presses, who has it. `authors`, where they are known
    already."""
    cases = list(cases)
    nodes = {case.node_id for case in cases if case.node_id}
    people = person_id_of(nodes) if nodes else {}
    persons = Person.objects.in_bulk(set(people.values()))
    if authors is None:
        authors = Author.objects.in_bulk({case.author_id for case in cases if case.author_id})
    accounts = menus.account_names({case.account_id for case in cases if case.account_id})
    names, zone = who(case.owner for case in cases if case.owner), Business.load().timezone
    return [
        _line(case, persons.get(people.get(case.node_id)), authors.get(case.author_id), at, zone)
        | {"account": accounts.get(case.account_id, ""), "owner": names.get(case.owner, "")}
        for case in cases
    ]


def _line(case: Case, person: Person | None, author: Author | None, at: int, zone: str) -> dict[str, Any]:
    priority, urgency = PRIORITIES[case.priority]
    called = _with(person, author, case)
    return {
        "case": case,
        "person": person,
        "with": called,
        "author": author,
        "labels": case.labels,
        "initials_with": initials(called),
        "kind": str(kind_of(case.kind).label),
        "priority": str(priority),
        "urgency": urgency,
        "overdue": is_overdue(case, at),
        "state": state_of(case, at),
        "clock": times.first(case, at=at, zone=zone),
        "preview": plain(case.preview or case.title, most=200),
        "when": case.closed_us or case.last_us or case.opened_us,
        "outcome": outcome_words(case) if case.closed_us else "",
    }


def _with(person: Person | None, author: Author | None, case: Case) -> str:
    if person:
        return str(person)
    return name_of(author) if author else plain(case.title, most=80)


def initials(name: str) -> str:
    """ "Olive Owner" -> "OO"."""
    return "".join(word[0] for word in name.split()[:2]).upper()
