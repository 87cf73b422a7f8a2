"""Rules of the inbox: when, on which conversations, and what is done by itself. Pure.

A rule may sort, hand over, note and acknowledge. It may never answer because of how a text feels: not by its own
condition, nor by a label that another rule puts on because of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.inbox.errors import CannotDo
from regulars.inbox.steps import check_steps
from regulars.people.names import folded

OCCASIONS = {
    "arrival": gettext_lazy("Somebody writes to us"),
    "reading": gettext_lazy("Their words were read (feeling, intent)"),
    "silence": gettext_lazy("We have not answered for so many business hours"),
    "quiet": gettext_lazy("They have not answered us for so many business hours"),
    "breach": gettext_lazy("An answer is overdue"),
    "label": gettext_lazy("A label is put on"),
}
TIMED = ("silence", "quiet")
FEELING = ("feels", "stars_at_most")  # a rule with one of these never speaks
LISTS = ("kinds", "words", "feels", "intents", "labels", "languages")
CONDITIONS = (*LISTS, "accounts", "audience", "first", "known", "open", "stars_at_most")
MOST_HOURS = 1000


@dataclass(frozen=True)
class Sight:
    """A conversation at the moment a rule looks at it; `text` and what follows are of the word it is about."""

    case_id: int
    kind: str
    account_id: int | None
    labels: frozenset[str] = frozenset()
    known: bool = False
    open: bool = True
    public: bool = False
    text: str = ""
    first: bool = False
    language: str = ""
    feels: str = ""
    intents: frozenset[str] = frozenset()
    stars: float | None = None


@dataclass(frozen=True)
class Draft:
    """A rule as it is written; see `check`."""

    name: str
    occasion: str
    conditions: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    hours: float | None = None
    id: int | None = None
    labels_known: frozenset[str] = field(default_factory=frozenset)


def holds(conditions: Mapping[str, Any], sight: Sight) -> bool:
    """Whether all conditions are met."""
    return all(_holds(name, wanted, sight) for name, wanted in conditions.items())


def _holds(name: str, wanted: Any, sight: Sight) -> bool:
    match name:
        case "kinds":
            return sight.kind in wanted
        case "accounts":
            return sight.account_id in wanted
        case "audience":
            return sight.public == (wanted == "public")
        case "words":
            said = set(re.findall(r"[^\W_]+", folded(sight.text)))
            return any(set(re.findall(r"[^\W_]+", folded(word))) <= said for word in wanted)
        case "feels":
            return sight.feels in wanted
        case "intents":
            return bool(sight.intents & set(wanted))
        case "labels":
            return bool(sight.labels & set(wanted))
        case "languages":
            return sight.language in wanted
        case "stars_at_most":
            return sight.stars is not None and sight.stars <= wanted
    return getattr(sight, name) == wanted  # first, known, open


def check(rule: Draft, others: Iterable[Draft] = ()) -> None:
    """Raises CannotDo with a sentence for a rule that makes no sense, or would speak because of a feeling; `others`
    are the rules it would stand beside."""
    if not rule.name.strip():
        raise CannotDo(_("Give the rule a name."))
    if rule.occasion not in OCCASIONS:
        raise CannotDo(_("Say when the rule acts."))
    if rule.occasion in TIMED and not (rule.hours and 0 < rule.hours <= MOST_HOURS):
        raise CannotDo(_("Say after how many business hours, up to a thousand."))
    _check_conditions(rule.conditions)
    check_steps(rule.steps, by_itself=True, labels=rule.labels_known)
    _check_feeling(rule, others)


def _check_conditions(conditions: Mapping[str, Any]) -> None:
    for name, wanted in conditions.items():
        if name not in CONDITIONS:
            raise CannotDo(_("There is no condition “%s”.") % name)
        if name in LISTS and not (
            isinstance(wanted, list) and wanted and all(isinstance(one, str) for one in wanted)
        ):
            raise CannotDo(_("Choose at least one for “%s”, or leave the condition out.") % name)
        if name == "accounts" and not (isinstance(wanted, list) and all(isinstance(one, int) for one in wanted)):
            raise CannotDo(_("Choose at least one account, or leave the condition out."))
        if name == "stars_at_most" and not (isinstance(wanted, int | float) and 1 <= wanted <= 5):
            raise CannotDo(_("Stars go from 1 to 5."))
        if name == "audience" and wanted not in ("public", "private"):
            raise CannotDo(_("A word is public or private."))
        if name in ("first", "known", "open") and not isinstance(wanted, bool):
            raise CannotDo(_("“%s” is yes or no.") % name)


def _check_feeling(rule: Draft, others: Iterable[Draft]) -> None:
    """Follow labels from rule to rule: what speaks must not hang on a feeling, however many rules lie between."""
    rules = [rule, *(other for other in others if rule.id is None or other.id != rule.id)]
    felt: set[str] = set()
    while True:
        because = [one for one in rules if _by_feeling(one, felt)]
        more = {str(step["label"]) for one in because for step in one.steps if step.get("do") == "label"} - felt
        if not more:
            break
        felt |= more
    speaking = next((one for one in because if any(step.get("do") == "acknowledge" for step in one.steps)), None)
    if speaking is None:
        return
    if speaking is rule and _by_feeling(rule, set()):
        raise CannotDo(
            _("Nothing is said to anybody because of how their words feel. Let this rule label or hand over instead.")
        )
    raise CannotDo(
        _("“%s” would speak because of a label that is put on by a feeling. Take one of the two away.")
        % speaking.name
    )


def _by_feeling(rule: Draft, felt: set[str]) -> bool:
    if any(name in rule.conditions for name in FEELING):
        return True
    return bool(felt & set(rule.conditions.get("labels", ())))
