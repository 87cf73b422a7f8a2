"""What happened to people, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PeopleMerged:
    """The persons `lost` are now part of `kept`; `were`: the nodes of each before, the kept one's first."""

    kept: int
    lost: tuple[int, ...]
    at: int
    were: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class PeopleSplit:
    """What was one person is now these."""

    parts: tuple[int, ...]
    at: int


@dataclass(frozen=True)
class PersonErased:
    """Everything about this person is gone; `node_ids` are the numbers that remain as tombstones."""

    person_id: int
    node_ids: tuple[int, ...]
    at: int
