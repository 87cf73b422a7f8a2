"""A text cut into sentences, clauses and words, for all checks at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from regulars.content.honesty.folding import Folded, fold
from regulars.content.honesty.words.small import STOPWORDS

ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+|(?<!\w)@[\w.:-]+")
END = re.compile(r"(?<!\d)[.!?…]+(?=[\s\"')\]]|$)|(?<=\d)[.!?](?=\s+[^\d\s]|\s*$)|\n+")
SHORTENED = re.compile(
    r"\b(?:[a-z]|mr|mrs|ms|dr|st|no|nr|ca|approx|e\.g|i\.e|z\.b|bzw|usw|etc|inkl|evtl|ggf|tel|str|vs)$"
)
CLAUSE = re.compile(
    r"[;:,()]\s+|\s[-]+\s|\s(?:and|but|because|although|while|und|aber|sondern|denn|weil|obwohl|sowie)\s"
)
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
SUFFIX = re.compile(r"(?:'s|ings?|ingly|edly|ed|ies|es|s|ly|en|ern|er|em|e|n|st|t|y)$")


@dataclass(frozen=True)
class Sentence:
    """A part of the plain text, [start, end)."""

    start: int
    end: int
    text: str

    @property
    def asks(self) -> bool:
        return self.text.rstrip(" \"')").endswith("?")

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.text)


@dataclass(frozen=True)
class Reading:
    """`plain` has addresses blanked out: they are looked at by themselves, and number nothing."""

    folded: Folded
    plain: str
    sentences: tuple[Sentence, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """In the original text."""
        return self.folded.place(start, end)

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.plain)


def read(text: str) -> Reading:
    """The text, ready for checks."""
    folded = fold(text)
    plain = ADDRESS.sub(lambda found: " " * len(found[0]), folded.plain)
    return Reading(folded, plain, tuple(_sentences(plain)))


def _sentences(plain: str) -> list[Sentence]:
    found, start = [], 0
    for stop in END.finditer(plain):
        if stop[0] == "." and SHORTENED.search(plain[start : stop.start()]):
            continue
        _add(found, plain, start, stop.end())
        start = stop.end()
    _add(found, plain, start, len(plain))
    return found


def _add(found: list[Sentence], plain: str, start: int, end: int) -> None:
    raw = plain[start:end]
    start += len(raw) - len(raw.lstrip())
    text = raw.strip()
    if any(sign.isalnum() for sign in text):
        found.append(Sentence(start, start + len(text), text))


def clauses(sentence: Sentence) -> list[Sentence]:
    """The parts of a sentence that may say different things; numbers with a comma inside stay whole."""
    found: list[Sentence] = []
    start = 0
    for stop in CLAUSE.finditer(sentence.text):
        _add(found, sentence.text, start, stop.start())
        start = stop.end()
    _add(found, sentence.text, start, len(sentence.text))
    return [Sentence(sentence.start + part.start, sentence.start + part.end, part.text) for part in found]


def stem(word: str) -> str:
    """What forms of a word share: endings taken off, seven letters at most. Crude, the same on both sides."""
    word = word.split("'")[0]
    while len(word) > 3 and (found := SUFFIX.search(word)) and found.start() >= 3:
        word = word[: found.start()]
    return word[:7]


def stems(text: str) -> frozenset[str]:
    """The words that carry meaning, by their stems; numbers are figures and not among them."""
    return frozenset(
        stem(word) for word in WORD.findall(text) if word not in STOPWORDS and not word[0].isdigit() and len(word) > 1
    )
