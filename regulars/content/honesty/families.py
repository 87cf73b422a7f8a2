"""The words that make a sentence a claim, in families: a statement supports a claim only with the same ones."""

from __future__ import annotations

import re
from functools import cache

from regulars.content.honesty.words import whole_words, words


@cache
def families() -> dict[str, re.Pattern[str]]:
    """{family: pattern}."""
    return {name: whole_words(entry["words"]) for name, entry in words("claims")["families"].items()}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of the other lists."""
    return whole_words(words("claims")[name])


@cache
def kind_of(family: str) -> str:
    return words("claims")["families"][family]["kind"]


def families_in(text: str) -> dict[str, list[tuple[int, int]]]:
    """{family: places} of the claiming words in folded text, harmless phrases left out."""
    text = pattern("harmless").sub(lambda found: " " * len(found[0]), text)
    return {
        name: [found.span() for found in one.finditer(text)] for name, one in families().items() if one.search(text)
    }
