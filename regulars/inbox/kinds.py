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


TALK: Mapping[str, Any] = {
    "solved": _("Solved"),
    "answered": _("Answered"),
    "nothing": _("No answer needed"),
    "spam": _("Spam or abuse"),
    "gave up": _("No longer answers"),
}
GOOD_TALK = frozenset({"solved", "answered"})
MERGED = "merged"
# what an item is on its network -> the kind of conversation it begins
KIND_OF_ITEM = {"mention": "mention", "reply": "mention", "quote": "mention", "repost": "mention", "post": "mention",
                "comment": "comment", "review": "review", "dm": "message", "chat": "chat", "mail": "mail",
                "form": "form"}  # fmt: skip


def _talk(key: str, label: Any, hours: float) -> Kind:
    return Kind(key, label, TALK, GOOD_TALK, hours)


register(
    _talk("mention", _("Mention"), 4),
    _talk("comment", _("Comment"), 8),
    _talk("review", _("Review"), 16),
    _talk("message", _("Private message"), 2),
    _talk("chat", _("Chat"), 0.5),
    _talk("mail", _("E-mail"), 8),
    _talk("form", _("Contact form"), 8),
    Kind("task", _("Task"), {"done": _("Done"), "nothing": _("Not needed"), "gave up": _("Could not be reached")}),
    Kind("question", _("Question"), hours=8),
)
