"""What stands beside the text: whether it can go out, what the brand's voice says to it, how long an SMS it is."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content import queries
from regulars.content.actions.publishing import compile_checked
from regulars.content.models import Template
from regulars.content.rendering import CannotRender, ContentError, Prepared, Rendered, segments
from regulars.content.voice import breaches, reading_ease

NAMES = {"subject": lazy("Subject"), "preheader": lazy("Preview text"), "look": lazy("Look")}


def beside(found: Template, language: str, wrong: ContentError | None = None) -> dict[str, Any]:
    """Faults {path: sentence}, breaches in the finished text, reading ease, SMS segments, a mark of the draft."""
    ready = None
    try:
        ready = prepare(found, language)
    except ContentError as error:
        wrong = wrong or error
    said = {"faults": {wrong.path: wrong.message} if wrong else {}, "stamp": found.drafted_us}
    if wrong:
        said["fault_place"] = place_of(wrong.path)
    text = _finished(ready) if ready else None
    return said | (_judged(text, language, found.channel) if text else {"breaches": [], "ease": None, "sms": None})


def prepare(found: Template, language: str) -> Prepared:
    """The draft of one language, compiled. Raises ContentError."""
    return queries.ready(compile_checked({language: found.draft[language]}, channel=found.channel), language)


def as_far_as_possible(found: Template, language: str) -> Prepared:
    """The same for looking at while somebody writes: blocks that are not finished are left out, one after the other.

    Raises ContentError when it is not blocks that are at fault.
    """
    variant = dict(found.draft[language])
    for _try in range(30):
        try:
            return queries.ready(compile_checked({language: variant}, channel=found.channel), language)
        except ContentError as error:
            variant = _without(variant, error)
    raise ContentError(language, _("Too many blocks are not finished yet."))


def _without(variant: dict[str, Any], error: ContentError) -> dict[str, Any]:
    """A variant without the block that an error is about; an empty subject is no reason to show nothing."""
    if error.path.endswith(".subject") and not variant.get("subject", "").strip():
        return {**variant, "subject": "–"}
    place = re.search(r"\.blocks\[(\d+)\](?:\.columns\[(\d+)\]\[(\d+)\])?", error.path)
    if not place:
        raise error
    source, (block, column, inner) = deepcopy(variant["source"]), place.groups()
    inside, n = (source[int(block)]["columns"][int(column)], int(inner)) if column else (source, int(block))
    del inside[n]
    return {**variant, "source": source or [{"kind": "spacer"}]}


def _finished(ready: Prepared) -> Rendered | None:
    try:
        return ready.render(queries.seen_by_nobody(ready))
    except CannotRender:
        return None


def _judged(made: Rendered, language: str, channel: str) -> dict[str, Any]:
    text = "\n\n".join(part for part in (made.subject, made.preheader, made.text) if part)
    shown = [
        (breach, excerpt(text, breach.start, breach.end))
        for breach in breaches(text, queries.voice(), language=language)
    ]
    return {
        "breaches": shown,
        "ease": reading_ease(made.text, language=language),
        "sms": segments(made.text) if channel == "sms" else None,
    }


def excerpt(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Before, the words, after."""
    if start == end:
        return ("", "", "")
    return (text[max(0, start - 30) : start], text[start:end], text[end : end + 30])


def place_of(path: str) -> str:
    """en.blocks[2].columns[0][1].text -> "Block 3, column 1, block 2"."""
    parts = re.findall(r"blocks\[(\d+)\]|columns\[(\d+)\]\[(\d+)\]", path)
    words = [
        _("Block %d") % (int(n) + 1) if n else _("column %(c)d, block %(b)d") % {"c": int(c) + 1, "b": int(b) + 1}
        for n, c, b in parts
    ]
    return ", ".join(words) or str(NAMES.get(path.rpartition(".")[2], ""))
