"""Split at random: by shares, the same way every time for the same person."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from django.utils.translation import gettext_lazy as _

from regulars.journeys.chance import share_of
from regulars.journeys.reading import Reader, TreeError, number, only, title
from regulars.journeys.step import Batch, Moves, Step, go

LABEL, SAYS = _("Split at random"), _("By shares, to compare ways with each other")
MOST_WAYS = 5


class Random(Step, frozen=True, kw_only=True):
    """(share in percent, steps) of each way; the shares add up to 100."""

    splits: tuple[tuple[int, tuple[Step, ...]], ...]

    @property
    def ways(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        return tuple((str(n), steps) for n, (_share, steps) in enumerate(self.splits))

    def way_of(self, journey_id: int, node_id: int) -> str:
        """The way of a person, by a keyed hash of journey, step and person."""
        place = 100 * share_of(f"journey:{journey_id}:{self.id}", node_id)
        return str(bisect_right(list(accumulate(share for share, _steps in self.splits))[:-1], place))


def parse(raw: dict, path: str, reader: Reader) -> Random:
    """{"ways": [{"share": 50, "steps": [...]}, ...]}"""
    only(raw, ("ways",), path)
    ways = raw.get("ways")
    if not isinstance(ways, list) or not 2 <= len(ways) <= MOST_WAYS or not all(isinstance(w, dict) for w in ways):
        raise TreeError(f"{path}.ways", f"Two to {MOST_WAYS} ways, please.")
    below = [reader.steps(way.get("steps", []), f"{path}.ways[{n}].steps") for n, way in enumerate(ways)]
    shares = [number(way.get("share"), f"{path}.ways[{n}].share", 1, 99, "Percent:") for n, way in enumerate(ways)]
    if sum(shares) != 100:
        raise TreeError(f"{path}.ways", f"The shares add up to {sum(shares)} percent, not 100.")
    return Random(id=raw["id"], title=title(raw, path), splits=tuple(zip(shares, below, strict=True)))


def decide(step: Random, batch: Batch) -> Moves:
    """At once."""
    return {run.id: go(run, way=step.way_of(batch.journey_id, run.node_id)) for run in batch.runs}
