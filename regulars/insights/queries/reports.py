"""The newest report of a name, as dataclasses again."""

from __future__ import annotations

from regulars.insights.models import Report
from regulars.insights.proportions import Proportion


def newest(name: str) -> Report | None:
    """The latest report, None before the first refit."""
    return Report.objects.filter(name=name).order_by("-day").first()


def proportion(stored: dict | None) -> Proportion | None:
    """A share as it was stored."""
    return Proportion(**stored) if stored else None
