"""Cases in words: kinds, outcomes, what happened in them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.inbox.kinds import ERASED, KINDS, kind_of
from regulars.inbox.models import Case

PRIORITIES = {0: ("", ""), 1: (lazy("high"), "warn"), 2: (lazy("urgent"), "bad")}


def outcome_words(case: Case) -> str:
    """How it ended, in words."""
    if case.outcome == ERASED:
        return _("the person was erased")
    return str(kind_of(case.kind).outcomes.get(case.outcome, case.outcome))


WAYS = {
    "phone": lazy("by phone"),
    "email": lazy("by e-mail"),
    "sms": lazy("by SMS"),
    "in person": lazy("in person"),
    "post": lazy("by post"),
}


def kinds() -> list[tuple[str, str]]:
    """Every kind of case, for filters."""
    return [(kind.key, str(kind.label)) for kind in KINDS.values()]
