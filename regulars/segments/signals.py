"""What happened to segments as such. Who came and went is in the log of changes (models.Change)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SegmentCreated:
    """There is a new segment; it has no people yet."""

    segment_id: int
    at: int


@dataclass(frozen=True)
class SegmentChanged:
    """A segment got a new name, description or definition."""

    segment_id: int
    at: int


@dataclass(frozen=True)
class SegmentArchived:
    """A segment is no longer in use."""

    segment_id: int
    at: int
