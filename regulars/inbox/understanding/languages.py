"""Which language a text is in, among those the shop's customers write in. Pure; py3langid's model is in its wheel.

Handles, links, hashtags' signs and emoji say nothing about a language and are left out. A text of less than a few
letters, or one of which the model is not sure, has no language ("").
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

USUAL = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "tr", "ru", "ar", "ja", "zh")
NOISE = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+|\b(?:rt|lol|omg|haha\w*)\b|[^\w\s'’]|\d", re.IGNORECASE)
LETTERS, SURE, OURS_LETTERS = 3, 0.6, 12
_turn = threading.Lock()


def languages_of(texts: Sequence[str], *, among: Sequence[str] = USUAL, said: Sequence[str] = ()) -> list[str]:
    """One code per text, "" where it cannot be told. `said`: what the network claims, which counts for short texts.

    Texts of a few words are taken to be in the shop's first language unless the model is quite sure of another.
    """
    claims = said or [""] * len(texts)
    with _turn:
        finder = _finder(tuple(sorted(set(among))))
        return [_one(finder, text, claim[:2].lower(), among) for text, claim in zip(texts, claims, strict=True)]


def _one(finder: Any, text: str, claim: str, among: Sequence[str]) -> str:
    plain = " ".join(NOISE.sub(" ", text[:1_000]).split())
    letters = sum(sign.isalpha() for sign in plain)
    if letters < LETTERS:
        return claim if claim in among else ""
    best, sure = finder.classify(plain.lower())
    if letters < OURS_LETTERS and sure < 0.95:
        return claim if claim in among else among[0]
    if sure >= SURE:
        return str(best)
    return claim if claim in among else ""


@cache
def _finder(among: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    finder = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    finder.set_languages(list(among))
    return finder
