"""Given names: what a record calls somebody, and whether two calls clearly mean two people. Pure.

In doubt they do not: short forms, initials, slips of the finger, swapped fields and placeholders speak for nobody
and against nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from regulars.people.identifiers import NOBODY
from regulars.people.names import FIRST, LAST, WHOLE, Said, folded, spoken

SPEAKING = (*FIRST, *LAST, *WHOLE)
TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "and", "und", "et"}
NOT_LETTERS = re.compile(r"[\W\d_]+")


class Called(NamedTuple):
    """The folded words of a name. `given` is empty when nothing is known that could contradict anybody."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def called(traits: Mapping[str, Said]) -> Called:
    """What one record calls somebody: its first name, or the beginning of its whole name."""
    given, family = _words(spoken(traits, FIRST)), _words(spoken(traits, LAST))
    if given:
        return Called(given, family)
    last, comma, first = spoken(traits, WHOLE).partition(",")
    if comma and _words(first):
        return Called(_words(first), _words(last))
    words = _words(last)
    return Called(words[:-1] or words, words[-1:] if len(words) > 1 else family)


def _words(text: str) -> tuple[str, ...]:
    found = [word for word in NOT_LETTERS.split(folded(text)) if word and word not in TITLES]
    if NOBODY.fullmatch("".join(found)):
        return ()  # n/a
    return tuple(word for n, word in enumerate(found) if not NOBODY.fullmatch(word) and (len(word) > 1 or n == 0))


@lru_cache(maxsize=50_000)
def contradict(a: Called, b: Called) -> bool:
    """Whether these are clearly the names of two people: no word of one given name may be one of the other's."""
    if not a.given or not b.given:
        return False
    if any(_related(x, y) for x in a.given for y in b.given):
        return False
    return not (_swapped(a, b) or _swapped(b, a))


def _swapped(a: Called, b: Called) -> bool:
    """The first name stands in the other's field for last names, and nothing else speaks against it."""
    if not set(a.given) & set(b.family):
        return False
    return not a.family or any(_related(x, y) for x in a.family for y in b.given)


def _related(a: str, b: str) -> bool:
    if a.startswith(b) or b.startswith(a):
        return True
    if a.isascii() != b.isascii():
        return True  # the same name may be written in two scripts
    return bool(forms(a) & forms(b)) or _slip(a, b)


@lru_cache(maxsize=20_000)
def forms(name: str) -> frozenset[str]:
    """A name with its long and short forms: names that may be one person's share one."""
    return frozenset({name} | _names().canonicals_of(name))


@cache
def _names():
    from nicknames import NickNamer

    return NickNamer()


def _slip(a: str, b: str) -> bool:
    """One slip of the finger in four letters or more, two in eight; the first letter is mostly right."""
    least = min(len(a), len(b))
    if least < 4 or (least < 5 and a[0] != b[0]):
        return False
    return _apart(a, b) <= (2 if least >= 8 else 1)


def _apart(a: str, b: str) -> int:
    """Letters changed, dropped, added or swapped with their neighbour (optimal string alignment)."""
    before, last = [], list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], before[j - 2] + 1)
        before, last = last, row
    return last[-1]
