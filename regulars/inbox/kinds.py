"""The kinds of cases: what they are called, how quickly they are answered unless the shop says otherwise, and how
they can end. A room that opens cases registers its kinds here when its plugs are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

GENERAL: Mapping[str, Any] = {
    "done": _("Done"),
    "answered": _("Answered"),
    "nothing": _("Nothing to do"),
    "gave up": _("Could not be reached"),
}
ERASED = "erased"


@dataclass(frozen=True)
class Kind:
    """`outcomes`: key -> words; `good` ones count as success. Due after `hours` business hours, or at the same time
    `days` working days later; neither: not due."""

    key: str
    label: Any
    outcomes: Mapping[str, Any] = field(default_factory=lambda: GENERAL)
    good: frozenset[str] = frozenset({"done", "answered"})
    hours: float | None = None
    days: int | None = None


KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds. A second one of the same key replaces the first (autoreload)."""
    KINDS.update({kind.key: kind for kind in kinds})


def kind_of(key: str) -> Kind:
    """The kind; for a key nobody registered, one with the general outcomes."""
    return KINDS.get(key) or Kind(key, key.replace("_", " ").capitalize())


register(
    Kind("task", _("Task"), {"done": _("Done"), "nothing": _("Not needed"), "gave up": _("Could not be reached")}),
    Kind("question", _("Question"), hours=8),
)
