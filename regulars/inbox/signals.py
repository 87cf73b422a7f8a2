"""What happened to cases, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseClosed:
    """A case ended; `outcome` is one of its kind's."""

    case_id: int
    origin: str
    outcome: str
    at: int


@dataclass(frozen=True)
class CaseReopened:
    """A case that had ended goes on."""

    case_id: int
    origin: str
    at: int
