"""The small words: what carries no meaning in English and German, and by what other languages are recognised."""

from __future__ import annotations

from regulars.content.honesty.words import words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.replace("|", " ").split())


_SMALL = words("small")
ENGLISH, GERMAN = _set(_SMALL["english"]), _set(_SMALL["german"])
STOPWORDS = ENGLISH | GERMAN | _set(_SMALL["more"])
FOREIGN = {language: _set(text) - ENGLISH - GERMAN for language, text in _SMALL["others"].items()}
