"""What was done with a case, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from regulars.core.models import Business
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case, Entry
from regulars.ui import formats
from regulars.web.pages.inbox.words import PRIORITIES


def happened(entry: Entry, case: Case, names: Mapping[str, str]) -> str:
    """The sentence after the name of who did it."""
    act, facts = str(entry.facts.get("act", "")), entry.facts
    if act in PLAIN:
        return str(PLAIN[act]())
    if act in SAYS:
        return SAYS[act]({**facts, "by": entry.by}, case, names)
    return act.replace("_", " ")


PLAIN = {
    "overdue": lambda: _("overdue: the owner was reminded"),
    "escalate": lambda: _("overdue for long: the owners of the business were told"),
    "wake": lambda: _("back in the list"),
    "reopen": lambda: _("opened it again"),
    "part": lambda: _("took two conversations apart again"),
    "merge": lambda: _("joined two conversations"),
    "empty": lambda: _("nothing is left to answer: what was said is gone"),
    "soon": lambda: _("due soon: the owner was warned"),
    "lost": lambda: _("nobody answered in time: it went to the next"),
    "hide": lambda: _("asked for something public to be hidden"),
    "show": lambda: _("asked for something to be shown again"),
    "take_over": lambda: _("took it over from listening: its clock runs from here"),
    "delete": lambda: _("asked for something public to be deleted"),
}


def _assign(facts: Mapping, case: Case, names: Mapping[str, str]) -> str:
    owner = facts.get("owner")
    if owner and owner == facts.get("by"):
        return _("took it")
    return _("gave it to %s") % names.get(owner, owner) if owner else _("gave it back to everybody")


def _due(facts: Mapping, case: Case, names: Mapping[str, str]) -> str:
    return _("set it due %s") % _moment(facts["due_us"]) if facts.get("due_us") else _("not due")


def _close(facts: Mapping, case: Case, names: Mapping[str, str]) -> str:
    outcomes = kind_of(case.kind).outcomes
    return _("closed it: %s") % outcomes.get(facts.get("outcome"), facts.get("outcome", ""))


def _moment(at: int) -> str:
    return formats.moment(at, Business.load().timezone)


SAYS = {
    "assign": _assign,
    "due": _due,
    "close": _close,
    "label": lambda facts, case, names: _("labelled it %s") % facts.get("label", ""),
    "unlabel": lambda facts, case, names: _("took off the label %s") % facts.get("label", ""),
    "snooze": lambda facts, case, names: _("put it aside until %s") % _moment(facts["until_us"]),
    "priority": lambda facts, case, names: _("priority: %s") % (PRIORITIES[facts["priority"]][0] or _("normal")),
}
