"""Rules of the codebook: one per line, words that must all stand in the text. Pure.

`delivery late` both words · `deliver*` beginnings · `"out of stock"` a phrase · `-joke` must not stand in it · a line
that matches is enough. Case and accents do not count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PART = re.compile(r'(-?)(?:"([^"]+)"|(\S+))')


def folded(text: str) -> str:
    """Lower case, without accents, spaces single."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


@lru_cache(maxsize=500)
def read(words: str) -> tuple[tuple[tuple[bool, re.Pattern[str]], ...], ...]:
    """The lines of a rule: each is (must stand, pattern) parts. Nothing that is typed can fail."""
    lines = []
    for line in words.splitlines():
        parts = tuple((not minus, _pattern(phrase or word)) for minus, phrase, word in _PART.findall(folded(line)))
        if any(wanted for wanted, _ in parts):
            lines.append(parts)
    return tuple(lines)


def _pattern(word: str) -> re.Pattern[str]:
    tail = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(word.rstrip('*'))}{tail}(?!\w)")


def matches(words: str, text: str) -> bool:
    """Whether a text is about it by its rule; an empty rule matches nothing."""
    plain = folded(text)
    return any(all(bool(part.search(plain)) == wanted for wanted, part in line) for line in read(words))
