"""The steps of macros and rules as a form: so many rows, each with what is done and with what; and back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.inbox import queries
from regulars.inbox.kinds import GENERAL, TALK
from regulars.inbox.steps import STEPS
from regulars.team.queries import who
from regulars.web.pages.inbox.words import PRIORITIES

ROWS = 4
TAKES = {do: takes for do, (_words, takes, _whose) in STEPS.items()}


def choices(whose: str) -> list[tuple[str, Any]]:
    """What a row offers, for rules or for macros."""
    return [(do, words) for do, (words, _takes, whom) in STEPS.items() if whom in ("both", whose)]


def offered(whose: str) -> dict[str, Any]:
    """All the rows choose from."""
    return {
        "step_choices": choices(whose),
        "step_labels": queries.labels(),
        "step_owners": [("turn", _("whoever has the fewest")), *((u.by, str(u)) for u in queries.colleagues())],
        "step_priorities": [(key, words or _("normal")) for key, (words, _tone) in PRIORITIES.items()],
        "step_outcomes": (TALK | GENERAL).items(),
        "step_replies": queries.replies(""),
    }


def rows(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the form: the steps there are, and empty ones."""
    filled = [{"n": n, "do": step.get("do", ""), "value": step.get(TAKES.get(step.get("do", ""), ""), "")}
              for n, step in enumerate(steps)]  # fmt: skip
    return filled + [{"n": n, "do": "", "value": ""} for n in range(len(filled), max(ROWS, len(filled) + 1))]


def read(said: QueryDict) -> list[dict[str, Any]]:
    """The steps a form says, in its order; empty rows are left out."""
    found = []
    for n in range(20):
        do = said.get(f"do{n}", "")
        if do in TAKES:
            found.append({"do": do, TAKES[do]: _value(do, said.get(f"{do}{n}", "").strip())})
    return found


def _value(do: str, text: str) -> Any:
    if do in ("priority", "reply"):
        return int(text) if text.isdecimal() else text
    if do == "snooze":
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return text
    return text


def words(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each step as people say it."""
    names = who(str(step.get("owner", "")) for step in steps if step.get("do") == "assign")
    saved = {one.id: one.name for one in queries.replies("")}
    return [_words(step, names, saved) for step in steps]


def _words(step: Mapping[str, Any], names: Mapping[str, str], saved: Mapping[int, str]) -> str:
    do = str(step.get("do", ""))
    value = step.get(TAKES.get(do, ""), "")
    said = {
        "assign": lambda: {"turn": _("whoever has the fewest"), "": _("nobody")}.get(value, names.get(value, value)),
        "priority": lambda: PRIORITIES.get(value, ("", ""))[0] or _("normal"),
        "close": lambda: (TALK | GENERAL).get(value, value),
        "reply": lambda: saved.get(value, value),
    }.get(do, lambda: value)()
    return f"{STEPS[do][0]}: {str(said)[:80]}" if do in STEPS else do
