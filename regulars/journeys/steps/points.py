"""Give points of the loyalty programme."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys.reading import Reader, number, only, title
from regulars.journeys.step import Batch, Moves, Step, all_go
from regulars.loyalty.actions.occasions import give
from regulars.loyalty.queries import current

LABEL, SAYS = _("Give points"), _("Of the loyalty programme, as a thank you")
MOST = 1_000_000


class Points(Step, frozen=True, kw_only=True):
    """So many points, which can be spent at once."""

    points: int


def parse(raw: dict, path: str, reader: Reader) -> Points:
    """{"points": 100}"""
    only(raw, ("points",), path)
    points = number(raw.get("points"), f"{path}.points", 1, MOST, "Points:")
    return Points(id=raw["id"], title=title(raw, path), points=points)


def decide(step: Points, batch: Batch) -> Moves:
    """At once."""
    return all_go(batch.runs, time=batch.at)


def act(step: Points, batch: Batch) -> None:
    """Once per run, unique for ever by "j:<enrolment>:<step>". Nothing while no programme runs."""
    programme = current()
    if programme:
        items = [(run.node_id, f"j:{run.id}:{step.id}", step.points, batch.at) for run in batch.runs]
        give(programme_id=programme.id, kind="journey", items=items)
