"""What texts want, on sentences written by hand; docs/sentiment.md quotes what is measured here."""

import re
import zlib
from collections import Counter
from pathlib import Path

from regulars.inbox.understanding.intents import INTENTS, intents_of
from regulars.inbox.understanding.model import house, look_at

WANTS = Path(__file__).parent / "data" / "wants.txt"
LETTERS = {"h": "help", "c": "complaint", "q": "question", "b": "buying", "p": "praise"}


def sentences() -> list[tuple[str, set[str], set[str]]]:
    """(text, what it wants, what it may be said to want besides)."""
    lines = [line.split(" ", 1) for line in WANTS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return [(text, _named(re.sub(r"\(\w+\)", "", mark)), _named(mark)) for mark, text in lines]


def _named(mark: str) -> set[str]:
    return {LETTERS[letter] for letter in mark if letter in LETTERS}


def counts(*, reported: bool) -> dict[str, Counter]:
    """{want: hits, misses, false alarms} of the half that rules were mended with, or of the half that is reported."""
    some = [one for one in sentences() if (zlib.crc32(one[0].encode()) % 2 == 1) == reported]
    found = {intent: Counter() for intent in INTENTS}
    chances = house().probabilities(look_at([text for text, _, _ in some]))
    for (text, must, may), chance in zip(some, chances, strict=True):
        said = intents_of(text, negative=chance[0], positive=chance[2])
        for intent in INTENTS:
            if intent in must:
                found[intent]["hit" if intent in said else "missed"] += 1
            elif intent in said and intent not in may:
                found[intent]["false"] += 1
    return found


def test_there_are_more_than_two_hundred_sentences_and_of_every_want_enough():
    assert len(sentences()) >= 200
    assert all(sum(intent in must for _, must, _ in sentences()) >= 30 for intent in INTENTS)


def test_of_every_want_most_is_found_and_most_that_is_named_is_right():
    for intent, count in counts(reported=True).items():
        assert count["hit"] / (count["hit"] + count["missed"]) >= 0.7, intent
        assert count["hit"] / (count["hit"] + count["false"]) >= 0.8, intent
