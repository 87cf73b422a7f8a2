"""News of this room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PropertyDeclared:
    """A property of an event is now part of the vocabulary; the lake fills it in for the past."""

    event: str
    name: str
    type: str


@dataclass(frozen=True)
class AddressesRefused:
    """An import says of addresses that nothing, or no marketing, may be sent to them: (channel, address, reason,
    scope, detail) each, as channels has them. Kept nowhere: reactions run in the import's transaction."""

    entries: tuple[tuple[str, ...], ...]
    by: str
    at: int
