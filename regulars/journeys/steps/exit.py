"""Leave the journey before its end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys.reading import Reader, only, title
from regulars.journeys.step import Batch, Moves, Step, end

LABEL, SAYS = _("Leave the journey"), _("For those who have no more to hear here")


class Exit(Step, frozen=True, kw_only=True):
    """No settings."""


def parse(raw: dict, path: str, reader: Reader) -> Exit:
    """{}"""
    only(raw, (), path)
    return Exit(id=raw["id"], title=title(raw, path))


def decide(step: Exit, batch: Batch) -> Moves:
    """At once."""
    return {run.id: end("exited", why=step.title) for run in batch.runs}
