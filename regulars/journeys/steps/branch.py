"""Two ways, by a condition of segments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.core.clock import SECOND
from regulars.journeys.conditions import meets, not_ready
from regulars.journeys.reading import Reader, only, title
from regulars.journeys.step import Batch, Moves, Step, go, stay

LABEL, SAYS = _("Branch on a condition"), _("One way for those who meet it, another for the rest")
PAUSE = SECOND


class Branch(Step, frozen=True, kw_only=True):
    """`yes` for those who meet the condition at that moment, `no` for the others."""

    condition: dict[str, Any]
    yes: tuple[Step, ...]
    no: tuple[Step, ...]

    @property
    def ways(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        return ("yes", self.yes), ("no", self.no)


def parse(raw: dict, path: str, reader: Reader) -> Branch:
    """{"condition": {...}, "yes": [...], "no": [...]}"""
    only(raw, ("condition", "yes", "no"), path)
    ways = {way: reader.steps(raw.get(way, []), f"{path}.{way}") for way in ("yes", "no")}
    condition = reader.condition(raw.get("condition"), f"{path}.condition")
    return Branch(id=raw["id"], title=title(raw, path), condition=condition, **ways)


def decide(step: Branch, batch: Batch) -> Moves:
    """From the truth as it is now; who has events that are not counted yet waits for a second."""
    early = not_ready(step.condition, batch.persons)
    members = meets(step.condition, [p for p in batch.persons if p not in early], batch.at)
    return {
        run.id: stay(batch.at + PAUSE)
        if run.person_id in early
        else go(run, way="yes" if run.person_id in members else "no")
        for run in batch.runs
    }
