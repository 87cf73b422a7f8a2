"""Which parts of a text claim something: numbers, dates, words like never, fixed, safe, refund, best, and plain
assertions about us and our things (`plain`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from regulars.content.honesty.families import families_in, kind_of, pattern
from regulars.content.honesty.figures import Figure, figures
from regulars.content.honesty.plain import asserts, feels, says_nothing_of_us
from regulars.content.honesty.questions import says_not_known
from regulars.content.honesty.reading import Reading, Sentence, clauses, stems
from regulars.content.honesty.spaced import Spelt, spelt
from regulars.content.honesty.words import words

SOFT = {"better"}  # what may be an opinion, if it says so
GENUINE = re.compile(r"\b(?:you|your|yours|sie|ihre?[nms]?|du|deine?[nmrs]?|dir|dich|ihr|euch)\b")
RHETORICAL = re.compile(r"\b(?:did you know|didn't you know|have you heard|wussten sie|wusstest du|schon gewusst|isn't it|aren't they|ist das nicht)\b")  # fmt: skip  # noqa: E501
YES_OR_NO = re.compile(rf"(?:{words('claims')['yes']}|{words('claims')['no']})\b(?!\s+(?:i|we|ich|wir)\b)")
ASKED_FREELY = {"fixed", "replace", "refund", "stock"}  # "is it fixed for you?" says nothing yet


@dataclass(frozen=True)
class Claim:
    """A clause that says something that can be true or false. `families` are the words that make it one; `answers`:
    it says yes or no to what was asked; `plain`: it has no such word and asserts all the same. `around`: the sentence
    and the question it stands in."""

    start: int
    end: int
    text: str
    families: frozenset[str]
    figures: tuple[Figure, ...]
    around: str
    asked: str = ""
    answers: bool = False
    seen: tuple[str, ...] = ()
    plain: bool = False

    @property
    def kinds(self) -> list[str]:
        """What kinds of claim, for people."""
        found = {kind_of(family) for family in self.families} | ({"figure"} if self.figures else set())
        return sorted(found | ({"answer"} if self.answers else set()) | ({"plain"} if self.plain else set()))

    @property
    def says_yes_or_no(self) -> bool:
        """Whether it begins with yes or no, so that what was asked belongs to it."""
        return self.answers and YES_OR_NO.match(self.text) is not None

    @cached_property
    def stems(self) -> frozenset[str]:
        """What it speaks about: the words that make it a claim are not among them."""
        return stems(_blank(self.text, self.seen))


def claims_in(
    reading: Reading, *, asked: str = "", echo: frozenset[str] = frozenset(), language: str = "en"
) -> list[Claim]:
    """All claims of a text, in order. `asked` is a yes-or-no question it answers (folded); `echo` the figures the
    other side brought up, which may be said back to them."""
    secret = spelt(reading.plain)
    found = []
    for sentence in reading.sentences:
        for part in clauses(sentence):
            claim = _claim(part, sentence, echo, secret) or _plain(part, sentence, language)
            found += [claim] if claim else []
        found += _answer(sentence, asked)
    return found


def _claim(part: Sentence, sentence: Sentence, echo: frozenset[str], secret: list[Spelt]) -> Claim | None:
    said = families_in(part.text)
    hidden = {one.family for one in secret if part.start <= one.start < part.end}
    numbers = [figure for figure in figures(part.text) if not (figure.value in echo and _says_back(sentence))]
    names = set(said) | hidden
    if sentence.asks and GENUINE.search(sentence.text) and not RHETORICAL.search(sentence.text):
        numbers, names = [], names - ASKED_FREELY
    if pattern("opinion").search(sentence.text):
        names -= SOFT
    if feels(part) or says_nothing_of_us(sentence.text):
        names = {name for name in names if kind_of(name) != "absolute"}
    if says_nothing_of_us(sentence.text):
        numbers = []
    if not names and not numbers:
        return None
    seen = tuple(part.text[a:b] for places in said.values() for a, b in places)
    seen += tuple(part.text[one.start : one.end] for one in numbers)
    return Claim(part.start, part.end, part.text, frozenset(names), tuple(numbers), sentence.text, seen=seen)


def _plain(part: Sentence, sentence: Sentence, language: str) -> Claim | None:
    if not part.stems or not asserts(part, sentence, language):
        return None
    return Claim(part.start, part.end, part.text, frozenset(), (), sentence.text, plain=True)


def _says_back(sentence: Sentence) -> bool:
    """Whether a sentence tells the other side what they told us."""
    return GENUINE.search(sentence.text) is not None or "sorry" in sentence.text or "leid" in sentence.text


def _answer(sentence: Sentence, asked: str) -> list[Claim]:
    """Yes or no to a question is a claim, too."""
    empty = stems(words("claims")["empty_yes"].replace("|", " "))
    if not asked or sentence.asks or not (stems(asked) - empty) or says_not_known(sentence.text):
        return []
    if YES_OR_NO.match(sentence.text) is None and not pattern("may").match(sentence.text):
        return []
    numbers = tuple(figures(sentence.text))
    return [
        Claim(
            sentence.start,
            sentence.end,
            sentence.text,
            frozenset(families_in(sentence.text)),
            numbers,
            sentence.text,
            asked=asked,
            answers=True,
            seen=tuple(sentence.text[one.start : one.end] for one in numbers),
        )
    ]


def _blank(text: str, seen: tuple[str, ...]) -> str:
    for one in seen:
        text = text.replace(one, " ")
    return text
