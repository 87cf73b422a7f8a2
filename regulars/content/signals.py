"""What happened to texts and statements, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StatementsEnding:
    """These statements of the fact base expire soon: (id, owner), told once."""

    statements: tuple[tuple[int, str], ...]
    at: int
