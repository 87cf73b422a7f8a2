"""The goal: whoever comes here leaves the journey having reached it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys.reading import Reader, only, title
from regulars.journeys.step import Batch, Moves, Step, end

LABEL, SAYS = _("Goal reached"), _("They leave, and count as a success")


class GoalReached(Step, frozen=True, kw_only=True):
    """No settings."""


def parse(raw: dict, path: str, reader: Reader) -> GoalReached:
    """{}"""
    only(raw, (), path)
    return GoalReached(id=raw["id"], title=title(raw, path))


def decide(step: GoalReached, batch: Batch) -> Moves:
    """At once."""
    return {run.id: end("goal") for run in batch.runs}
