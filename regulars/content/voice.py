"""The brand's voice, checked: words we use and never use, what must be said, how easy a text is to read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

ENOUGH = 30  # words below which a reading level says nothing
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE = re.compile(r"[.!?…]+(?=\s|$)|\n\s*\n")
VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôûœæ]+", re.IGNORECASE)
LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|https?://\S+", re.DOTALL)


@dataclass(frozen=True)
class Rules:
    """How the brand speaks, as models.Voice keeps it."""

    use: list[dict[str, Any]] = field(default_factory=list)
    avoid: list[dict[str, Any]] = field(default_factory=list)
    disclosures: list[dict[str, Any]] = field(default_factory=list)
    reading_level: int | None = None
    tone: str = ""


@dataclass(frozen=True)
class Breach:
    """A place in a text that is not how the brand speaks. Without words it is about the whole text.

    `required`: something that must be said is missing, so the text should not go out.
    """

    start: int
    end: int
    words: str
    why: str
    suggestion: str = ""
    required: bool = False


def breaches(text: str, voice: Any, *, language: str = "en") -> list[Breach]:
    """Everything in a text that breaks the rules, in order of place."""
    found = [*word_breaches(text, voice), *_undisclosed(text, voice), *_hard_to_read(text, voice, language)]
    return sorted(found, key=lambda breach: (breach.start, breach.end))


def word_breaches(text: str, voice: Any) -> Iterator[Breach]:
    """Words we never use, and words we have others for. Liquid and addresses are not read."""
    seen = LIQUID.sub(lambda tag: " " * len(tag[0]), text)
    for rule in voice.avoid:
        why = rule.get("why") or _("We never say this.")
        for place in _places(rule.get("word", ""), seen):
            yield Breach(place.start(), place.end(), place[0], why)
    for rule in voice.use:
        for other in rule.get("instead_of", []):
            for place in _places(other, seen):
                why = _("We say “%s”.") % rule["word"]
                yield Breach(place.start(), place.end(), place[0], why, rule["word"])


def _places(word: str, text: str) -> Iterator[re.Match[str]]:
    """Whole words, whatever their case; a star at the end stands for any ending."""
    stem = word.strip()
    if not stem.rstrip("*"):
        return iter(())
    body = re.escape(stem.rstrip("*")).replace(r"\ ", r"\s+") + (r"\w*" if stem.endswith("*") else "")
    return re.finditer(rf"(?<!\w){body}(?!\w)", text, re.IGNORECASE)


def _undisclosed(text: str, voice: Any) -> Iterator[Breach]:
    """What must be said, always or when some word is in the text."""
    squashed = " ".join(text.split()).lower()
    for rule in voice.disclosures:
        needed = " ".join(str(rule.get("text", "")).split())
        if not needed or needed.lower() in squashed:
            continue
        words = [word for word in rule.get("when", []) if word.strip()]
        cause = next((place for word in words for place in _places(word, text)), None)
        if cause or not words:
            start, end = cause.span() if cause else (0, 0)
            why = _("“%s” needs a disclosure.") % cause[0] if cause else _("Every text needs this disclosure.")
            yield Breach(start, end, cause[0] if cause else "", why, needed, required=True)


def _hard_to_read(text: str, voice: Any, language: str) -> Iterator[Breach]:
    ease = reading_ease(text, language=language)
    if voice.reading_level is not None and ease is not None and ease < voice.reading_level:
        why = _("Reading ease is %(ease)d; we want %(least)d or more. Shorter sentences and words help.")
        yield Breach(0, 0, "", why % {"ease": round(ease), "least": voice.reading_level})


def reading_ease(text: str, *, language: str = "en") -> float | None:
    """Flesch's reading ease, 0 (hard) to 100 (easy): English by Flesch (1948), German by Amstad (1978).

    None for other languages and for fewer than 30 words. Syllables are counted by groups of vowels.
    """
    plain = LIQUID.sub(" ", text)
    words = WORD.findall(plain)
    root = language.split("-")[0].lower()
    if len(words) < ENOUGH or root not in ("en", "de"):
        return None
    sentences = max(1, len([part for part in SENTENCE.split(plain) if WORD.search(part)]))
    length, syllables = len(words) / sentences, sum(_syllables(word, root) for word in words) / len(words)
    if root == "de":
        return 180 - length - 58.5 * syllables
    return 206.835 - 1.015 * length - 84.6 * syllables


def _syllables(word: str, language: str) -> int:
    count = len(VOWELS.findall(word))
    silent = language == "en" and re.search(r"[^aeiouyl]e$", word, re.IGNORECASE)
    return max(1, count - bool(silent))
