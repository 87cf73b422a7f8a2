"""What happened in surveys, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SurveyAnswered:
    """Somebody answered, or changed the answer. `node_id` is None for anonymous or unknown people."""

    response_id: int
    survey_id: int
    node_id: int | None
    at: int
