"""Saved replies: texts with merge tags, filled in for one conversation. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.content.rendering import CannotRender, ContentError
from regulars.content.rendering.checking import Checker
from regulars.content.rendering.prepared import Text
from regulars.inbox.errors import CannotDo

ROOTS = {"agent": ("name", "first_name"), "author": ("name", "handle"), "conversation": ("title", "number")}


def tags_in(text: str, *, facts: Mapping[str, bool]) -> set[str]:
    """The facts of a person a text reads. Raises CannotDo with a sentence for a text that cannot be filled in.
    `facts`: {fact: whether there are people of whom it is not known}."""
    checker = Checker(facts=facts, strict=False)
    try:
        checker.check(text, "text")
    except ContentError as fault:
        raise CannotDo(fault.message) from None
    unknown = set(checker.supplied) - set(ROOTS)
    if unknown or checker.event:
        raise CannotDo(f"“{sorted(unknown)[0]}” does not exist here. There is person, business, {', '.join(ROOTS)}.")
    return checker.tags


def filled(text: str, context: Mapping[str, Any]) -> str:
    """The text for one conversation. Raises CannotDo naming what is not known and has no fallback."""
    try:
        return Text(text).render(context).strip()
    except CannotRender as fault:
        raise CannotDo(str(fault)) from None
