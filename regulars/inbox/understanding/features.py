"""What a model sees of a text: its words and pairs of words, and a few dense counts. Pure.

The dense counts travel best between kinds of texts: VADER's word list of feelings, our own lists (`words`), emoji,
and what is there besides words: links, times, questions, shouting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from regulars.inbox.understanding.wording import LINKS, marks_of, sign_name, spread_negations
from regulars.inbox.understanding.words import LISTS, SIGNS

MARKS = ("<link>", "<you>", "<tag>", "<smile>", "<frown>", "<money>", "<time>", "<number>", "<caps>", "<long>",
         "!", "!!", "?", "??", "<dots>")  # fmt: skip
PLAIN = (".", ",")
LONGEST = 3  # words of a phrase of the lists
PIECES = (3, 4, 5)  # letters


def dense_names() -> list[str]:
    """The dense features in their order."""
    lists = [f"{name}{sign}" for name in LISTS for sign in ("", " negated")]
    return [*VADER, *lists, *SIGNS, *(f"has {mark}" for mark in MARKS), "length", "few words"]


VADER = ("vader", "vader good", "vader bad", "vader neither", "vader > 0", "vader < 0", "vader = 0",
         "vader strong good", "vader strong bad")  # fmt: skip


def look(text: str) -> tuple[list[str], list[float]]:
    """(words and pairs, dense counts) of one text."""
    marks = marks_of(text)
    words = spread_negations(marks)
    return sparse(words), dense(text, marks, words)


def sparse(words: Sequence[str]) -> list[str]:
    """Words, and pairs of neighbours; stops separate pairs and are no features."""
    found = []
    for place, word in enumerate(words):
        if word in PLAIN:
            continue
        found.append(word)
        if place + 1 < len(words) and words[place + 1] not in PLAIN:
            found.append(f"{word} {words[place + 1]}")
    return found


def pieces_of(words: Sequence[str]) -> set[str]:
    """Pieces of three to five letters of the words, "^" and "$" at their edges: "late", "later" and "lateness" share
    most of theirs. A small crowd says the same thing in few words, and never twice in the same form."""
    found: set[str] = set()
    return found.union(*map(_cut, words))


@lru_cache(maxsize=65_536)
def _cut(word: str) -> tuple[str, ...]:
    if not word[0].isalpha() or " " in word:
        return ()
    whole = f"^{word.removeprefix('not_')}$"
    return tuple(whole[at : at + long] for long in PIECES for at in range(len(whole) - long + 1))


def dense(text: str, marks: Sequence[str], words: Sequence[str]) -> list[float]:
    """The counts, all between about -1 and 3."""
    lists, length = count_lists(marks, words), sum(mark[0].isalpha() for mark in marks)
    signs = [sum(mark in names for mark in marks) for names in _signs()]
    counts = [math.log1p(count) for count in (*lists, *signs, *(marks.count(mark) for mark in MARKS))]
    return [*feelings(text), *counts, math.log1p(length) / 3, float(length < 4)]


def feelings(text: str) -> list[float]:
    """What VADER's word list makes of it."""
    found = _vader().polarity_scores(LINKS.sub(" ", text))
    whole = found["compound"]
    steps = (whole >= 0.05, whole <= -0.05, -0.05 < whole < 0.05, whole >= 0.5, whole <= -0.5)
    return [whole, found["pos"], found["neg"], found["neu"], *map(float, steps)]


def count_lists(marks: Sequence[str], words: Sequence[str]) -> list[int]:
    """Per list how often its phrases stand there, and how often under a negation; the longest phrase counts."""
    phrases, order = _phrases()
    counts = [0] * (2 * len(order))
    place = 0
    while place < len(marks):
        for long in range(min(LONGEST, len(marks) - place), 0, -1):
            if found := phrases.get(" ".join(marks[place : place + long])):
                negated = words[place].startswith("not_")
                for which in found:
                    counts[2 * which + negated] += 1
                place += long
                break
        else:
            place += 1
    return counts


@cache
def _phrases() -> tuple[dict[str, list[int]], list[str]]:
    order, found = list(LISTS), {}
    for which, name in enumerate(order):
        for phrase in LISTS[name].split(";"):
            key = " ".join(marks_of(phrase.strip()))
            if which not in found.setdefault(key, []):
                found[key].append(which)
    return found, order


@cache
def _signs() -> list[frozenset[str]]:
    return [frozenset(sign_name(sign) for sign in signs if not sign.isspace()) for signs in SIGNS.values()]


@cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
