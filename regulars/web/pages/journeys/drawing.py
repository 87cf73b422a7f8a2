"""A tree as its templates show it: every step with its words, figures, faults and the places beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from regulars.journeys.queries import Numbers
from regulars.journeys.reading import TreeError
from regulars.journeys.steps import KINDS
from regulars.web.pages.journeys.editing import ways_of
from regulars.web.pages.journeys.words import Words

Raw = dict[str, Any]
ICONS = {
    "send": "message",
    "wait": "clock",
    "wait_until": "clock",
    "wait_event": "clock",
    "branch": "fork",
    "random": "fork",
    "fact": "person",
    "list": "list",
    "points": "loyalty",
    "webhook": "out",
    "ask": "people",
    "survey": "survey",
    "goal": "check",
    "exit": "close",
}


class Drawing:
    """Draws one tree: `numbers` on each step, `faults` where they are, `chosen` is the step that is open, `mail` what
    became of the messages of each step that sends."""

    def __init__(
        self,
        words: Words,
        *,
        numbers: Numbers | None = None,
        faults: Iterable[TreeError] = (),
        chosen: str = "",
        mail: dict[str, dict[str, int]] | None = None,
    ) -> None:
        self.mail = mail or {}
        self.words, self.numbers, self.chosen = words, numbers, chosen
        self.faults: dict[str, list[str]] = {}
        for fault in faults:
            self.faults.setdefault(fault.step, []).append(fault.message)

    def tree(self, raw: Raw) -> dict[str, Any]:
        """All of it."""
        start, goal = raw.get("start") or {}, raw.get("goal")
        return {
            "start": self.words.start(start),
            "again": self.words.again(start),
            "start_faults": self.faults.get("start", []),
            "goal": self.words.goal(goal) if goal else "",
            "goal_faults": self.faults.get("goal", []),
            "chosen": self.chosen,
            "way": self.way("root", raw.get("steps", [])),
            "numbers": self.numbers,
            "other_faults": self.faults.get("", []),
        }

    def way(self, name: str, steps: list[Raw]) -> dict[str, Any]:
        """One way: its steps, and the places where one can be put."""
        shown = [{**self.step(step), "place": f"{name}:{n + 1}"} for n, step in enumerate(steps)]
        return {
            "first": f"{name}:0",
            "steps": shown,
            "last": bool(steps) and steps[-1].get("kind") in ("goal", "exit"),
        }

    def step(self, raw: Raw) -> dict[str, Any]:
        """One step."""
        kind, name = raw.get("kind", ""), raw.get("id", "")
        numbers, ways = self.numbers, self._ways(raw)
        return {
            "id": name,
            "kind": kind,
            "icon": ICONS.get(kind, "more"),
            "label": KINDS[kind].LABEL if kind in KINDS else kind,
            "title": raw.get("title", ""),
            "says": self.words.step(raw),
            "faults": self.faults.get(name, []),
            "here": numbers.here.get(name, 0) if numbers else None,
            "older": numbers.older.get(name, 0) if numbers else 0,
            "passed": numbers.passed.get(name, 0) if numbers else None,
            "mail": self.mail.get(name),
            "ways": ways,
            "joins": any(not way["last"] for way in ways),
        }

    def _ways(self, raw: Raw) -> list[dict[str, Any]]:
        name, numbers = raw.get("id", ""), self.numbers
        return [
            {
                "label": self._way_label(raw, way),
                "runs": numbers.ways.get((name, way), 0) if numbers else None,
                **self.way(f"{name}.{way}", below),
            }
            for way, below in ways_of(raw)
        ]

    def _way_label(self, raw: Raw, way: str) -> str:
        if raw.get("kind") == "random":
            return f"{raw['ways'][int(way)].get('share', '?')} %"
        if raw.get("kind") == "wait_event":
            return _("It came") if way == "yes" else _("Time is up")
        return _("Yes") if way == "yes" else _("No")
