"""The steps of macros and rules: what each says, and whether it can be taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.inbox.errors import CannotDo

# do -> (its words, the name of what it takes, for whom: rules, macros or both)
STEPS = {
    "label": (gettext_lazy("Put on a label"), "label", "both"),
    "unlabel": (gettext_lazy("Take off a label"), "label", "both"),
    "assign": (gettext_lazy("Give it to"), "owner", "both"),
    "priority": (gettext_lazy("Set the priority"), "priority", "both"),
    "note": (gettext_lazy("Write a note"), "text", "both"),
    "snooze": (gettext_lazy("Put it aside for so many hours"), "hours", "both"),
    "close": (gettext_lazy("Close it as"), "outcome", "both"),
    "acknowledge": (gettext_lazy("Acknowledge that we have read it"), "text", "rules"),
    "reply": (gettext_lazy("Begin an answer with a saved reply"), "reply", "macros"),
}
MOST, LONGEST = 10, 2000


def check_steps(steps: Sequence[Mapping[str, Any]], *, by_itself: bool, labels: Collection[str]) -> None:
    """Raises CannotDo for steps that cannot be taken, by a rule (`by_itself`) or by a colleague."""
    if not steps or len(steps) > MOST:
        raise CannotDo(_("Choose one to %d steps.") % MOST)
    for step in steps:
        _check(step, "rules" if by_itself else "macros", labels)


def _check(step: Mapping[str, Any], whose: str, labels: Collection[str]) -> None:
    do = str(step.get("do", ""))
    if do == "answer" or (whose == "rules" and do == "reply"):
        raise CannotDo(_("A rule never answers: people do. It may acknowledge that we have read their words."))
    if do not in STEPS or STEPS[do][2] not in ("both", whose):
        raise CannotDo(_("There is no step “%s” here.") % do)
    value = step.get(STEPS[do][1])
    right = {
        "label": lambda: value in labels,
        "unlabel": lambda: isinstance(value, str) and bool(value),
        "assign": lambda: value in ("", "turn") or bool(re.fullmatch(r"user:\d{1,18}", str(value))),
        "priority": lambda: value in (0, 1, 2),
        "note": lambda: isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST,
        "acknowledge": lambda: isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST,
        "snooze": lambda: isinstance(value, int | float) and 0 < value <= 2000,
        "close": lambda: isinstance(value, str) and bool(value),
        "reply": lambda: isinstance(value, int),
    }
    if not right[do]():
        raise CannotDo(_("Fill in “%s”.") % STEPS[do][0])
