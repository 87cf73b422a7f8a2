"""Put people on a list: a segment edited by hand, like a tag."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys.reading import Reader, TreeError, only, title
from regulars.journeys.step import Batch, Moves, Step, all_go
from regulars.segments.actions import add_people
from regulars.segments.models import Segment

LABEL, SAYS = _("Put on a list"), _("Like a tag: a segment edited by hand")


class List(Step, frozen=True, kw_only=True):
    """`list` is a segment of kind "list"."""

    list: int


def parse(raw: dict, path: str, reader: Reader) -> List:
    """{"list": 7}"""
    only(raw, ("list",), path)
    if not isinstance(raw.get("list"), int) or raw["list"] < 1:
        raise TreeError(f"{path}.list", "Choose a list.")
    return List(id=raw["id"], title=title(raw, path), list=raw["list"])


def decide(step: List, batch: Batch) -> Moves:
    """At once."""
    return all_go(batch.runs)


def act(step: List, batch: Batch) -> None:
    """Nothing where the list is no longer in use."""
    if Segment.objects.filter(id=step.list, kind="list", archived_us=None).exists():
        add_people(segment_id=step.list, person_ids=batch.persons, by="system", at=batch.at)
