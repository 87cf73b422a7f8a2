"""News of this room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PropertyDeclared:
    """A property of an event is now part of the vocabulary; the lake fills it in for the past."""

    event: str
    name: str
    type: str
