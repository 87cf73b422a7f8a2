"""Cases in words: kinds, outcomes, what happened in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.models import Business
from regulars.inbox.kinds import ERASED, KINDS, kind_of
from regulars.inbox.models import Case, Entry
from regulars.inbox.queries import is_overdue, state_of
from regulars.people.models import Person
from regulars.people.queries import person_id_of
from regulars.team.queries import who
from regulars.ui import formats

PRIORITIES = {0: ("", ""), 1: (lazy("high"), "warn"), 2: (lazy("urgent"), "bad")}


def outcome_words(case: Case) -> str:
    """How it ended, in words."""
    if case.outcome == ERASED:
        return _("the person was erased")
    return str(kind_of(case.kind).outcomes.get(case.outcome, case.outcome))


def lines(cases: Iterable[Case], *, at: int) -> list[dict[str, Any]]:
    """Cases as lists show them; a handful of questions for all."""
    cases = list(cases)
    people = person_id_of([case.node_id for case in cases if case.node_id])
    persons = Person.objects.in_bulk(set(people.values()))
    names = who(case.owner for case in cases if case.owner)
    return [
        {
            "case": case,
            "person": persons.get(people.get(case.node_id)),
            "owner": names.get(case.owner, ""),
            "kind": kind_of(case.kind).label,
            "priority": PRIORITIES[case.priority],
            "overdue": is_overdue(case, at),
            "state": state_of(case, at),
            "outcome": outcome_words(case) if case.closed_us else "",
        }
        for case in cases
    ]


def told(entries: Iterable[Entry], case: Case) -> list[dict[str, Any]]:
    """Entries with who and, for events, what happened."""
    entries = list(entries)
    names = who({entry.by for entry in entries} | {str(entry.facts.get("owner", "")) for entry in entries})
    return [
        {
            "entry": entry,
            "by": _("the person") if entry.by == "person" else names.get(entry.by, entry.by),
            "text": _event(entry, case, names) if entry.kind == "event" else entry.text,
            "way": WAYS.get(entry.facts.get("way", ""), ""),
        }
        for entry in entries
    ]


WAYS = {
    "phone": lazy("by phone"),
    "email": lazy("by e-mail"),
    "sms": lazy("by SMS"),
    "in person": lazy("in person"),
    "post": lazy("by post"),
}


def _event(entry: Entry, case: Case, names: Any) -> str:
    facts, zone = entry.facts, Business.load().timezone
    match facts.get("act"):
        case "assign":
            return (
                _("gave it to %s") % names.get(facts["owner"])
                if facts.get("owner")
                else _("gave it back to everybody")
            )
        case "snooze":
            return _("put it aside until %s") % formats.moment(facts["until_us"], zone)
        case "due":
            return _("set it due %s") % formats.moment(facts["due_us"], zone) if facts.get("due_us") else _("not due")
        case "priority":
            return _("priority: %s") % (PRIORITIES[facts["priority"]][0] or _("normal"))
        case "close":
            outcomes = kind_of(case.kind).outcomes
            return _("closed it: %s") % outcomes.get(facts["outcome"], facts["outcome"])
        case "overdue":
            return _("overdue: the owner was reminded")
        case "escalate":
            return _("overdue for long: the owners of the business were told")
        case "wake":
            return _("back in the list")
        case "reopen":
            return _("opened it again")
    return str(facts.get("act", ""))


def kinds() -> list[tuple[str, str]]:
    """Every kind of case, for filters."""
    return [(kind.key, str(kind.label)) for kind in KINDS.values()]
