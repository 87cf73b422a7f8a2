"""Promises: each needs somebody who keeps it and a day by which it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.content.honesty.figures import figures
from regulars.content.honesty.folding import fold
from regulars.content.honesty.manners import pattern
from regulars.content.honesty.reading import Reading, Sentence
from regulars.content.honesty.shape import CHANGE, Context, Finding

WHEN = {"date", "time", "day", "day of week", "month of year", "minute", "hour", "week", "month"}
SIGNATURE = re.compile(
    r"(?:[-–—^/]\s?|[.!?]\s+)[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?\s*$"
    r"|[-–—]\s?[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?(?:,| (?:at|of|from|for))(?: [\w&'’-]{2,20}){1,3}\s*$"
)
NAME = re.compile(r"[^\W\d_]{2,20}(?:[ ,]+[\w.&'-]{1,20}){0,5}[.!]?")


@dataclass(frozen=True)
class Promised:
    """A sentence that promises. `kept_by`, `dated`: whether it says who and by when."""

    sentence: Sentence
    start: int
    end: int
    kept_by: bool
    dated: bool


def promises_in(reading: Reading, context: Context) -> list[Promised]:
    """All of them, in order. What we only hope or are glad to do is none."""
    return [found for sentence in reading.sentences if (found := _promised(sentence, reading, context))]


def _promised(sentence: Sentence, reading: Reading, context: Context) -> Promised | None:
    if sentence.asks:
        return None
    quiet = pattern("idle").sub(lambda idle: " " * len(idle[0]), sentence.text)
    found = pattern("promises").search(quiet)
    if found is None:
        return None
    start, end = sentence.start + found.start(), sentence.start + found.end()
    return Promised(sentence, start, end, _has_owner(sentence, reading, context), _has_day(sentence))


def _has_owner(sentence: Sentence, reading: Reading, context: Context) -> bool:
    """Somebody by name in the text, or "I" where the text is signed."""
    whole = reading.folded.plain
    named = any(name and name in whole for name in _names(context))
    return named or _is_signed(reading)


def _names(context: Context) -> list[str]:
    """First and full names of who answers."""
    return [
        part for name in context.names for part in {fold(name).plain, fold(name).plain.split(" ")[0]} if len(part) > 1
    ]


def _is_signed(reading: Reading) -> bool:
    """A name at the end: "– Mia", "^mk", or a last line that is only a name."""
    lines = [line.strip() for line in reading.folded.original.strip().splitlines() if line.strip()]
    if not lines:
        return False
    alone = len(lines) > 1 and NAME.fullmatch(lines[-1]) is not None
    return alone or SIGNATURE.search(lines[-1]) is not None


def _has_day(sentence: Sentence) -> bool:
    return any(figure.unit in WHEN for figure in figures(sentence.text))


def covered(found: list[Promised], context: Context) -> list[tuple[int, int]]:
    """Places of promises that have an owner and a day: their days claim nothing about the world. In `plain`."""
    kept = [one.sentence for one in found if (one.kept_by and one.dated) or context.promises]
    return [(sentence.start, sentence.end) for sentence in kept]


def check(reading: Reading, found: list[Promised], context: Context) -> list[Finding]:
    """A finding for each promise without an owner or without a day; none when it is noted as a promise."""
    return [_finding(reading, one) for one in found if not (one.kept_by and one.dated) and not context.promises]


def _finding(reading: Reading, one: Promised) -> Finding:
    says = {
        (False, False): _("This promises something, and nobody can tell who does it and by when."),
        (True, False): _("This promises something without a day: “soon” is forgotten."),
        (False, True): _("This promises something, and nobody is named who does it."),
    }[one.kept_by, one.dated]
    do = _("Say the day and sign with your name; or give the conversation an owner and let it sleep until that day.")
    return Finding("promise", CHANGE, says, do, *reading.place(one.start, one.end))
