"""What makes answering quicker: labels, saved replies, macros, rules and where they acted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from regulars.inbox.models import (
    CaseLabel,
    Macro,
    Rule,
    RuleRun,
    SavedReply,
)
from regulars.inbox.queries.desks import PAGE


def labels() -> list[CaseLabel]:
    """Those offered, by name."""
    return list(CaseLabel.objects.filter(archived_us=None).order_by("name"))


def replies(text: str = "", *, limit: int = PAGE) -> list[SavedReply]:
    """Saved replies whose shortcut begins like this, or whose name or text has it; the most used first."""
    found = SavedReply.objects.filter(archived_us=None)
    if text:
        typed = text.lstrip("/")
        found = found.filter(Q(shortcut__istartswith=typed) | Q(name__icontains=typed) | Q(text__icontains=typed))
    return list(found.order_by("-used", "name")[:limit])


def macros() -> list[Macro]:
    """Those offered, by name."""
    return list(Macro.objects.filter(archived_us=None).order_by("name"))


def rules() -> list[Rule]:
    """All that were not put away, in the order in which they act."""
    return list(Rule.objects.filter(archived_us=None).order_by("place", "id"))


def rule_names(bys: Iterable[str]) -> dict[str, str]:
    """{"rule:3": its name} for who did something."""
    numbers = [int(by[5:]) for by in bys if by.startswith("rule:")]
    return {f"rule:{rule.id}": rule.name for rule in Rule.objects.filter(id__in=numbers)}


def acted(rule_id: int, *, limit: int = PAGE) -> list[RuleRun]:
    """Where a rule acted lately, newest first."""
    return list(RuleRun.objects.filter(rule_id=rule_id).exclude(did=[]).order_by("-id")[:limit])
