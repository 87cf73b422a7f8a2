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


@dataclass(frozen=True)
class LabelAdded:
    """A conversation carries a label now."""

    case_id: int
    label: str
    by: str
    at: int


@dataclass(frozen=True)
class PromisesBroken:
    """Answers in these conversations are overdue."""

    case_ids: tuple[int, ...]
    at: int
