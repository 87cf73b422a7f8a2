"""Which of the languages that the gate can read a text is in, sentence by sentence; anything else is said."""

from __future__ import annotations

import py3langid as langid

from regulars.content.honesty.reading import WORD, Reading, Sentence
from regulars.content.honesty.words.small import ENGLISH, FOREIGN, GERMAN

READ = {"en": ENGLISH, "de": GERMAN}
NAMES = {"en": "English", "de": "German"}
ENOUGH = 4  # words below which a sentence alone tells no language


def language_of(reading: Reading, told: str = "") -> str:
    """The code, "en" or "de": whichever has more of the small words, else what was told, else "" for neither."""
    words = WORD.findall(reading.plain)
    counts = {language: sum(word in small for word in words) for language, small in READ.items()}
    best = max(counts, key=counts.get)
    if counts[best]:
        return best
    root = told.split("-")[0].lower()
    return root if root in READ else "en" if len(words) < 3 or _guess(reading.plain) == "en" else ""


def unread(reading: Reading) -> list[Sentence]:
    """Sentences that are in no language the gate can read, as far as their small words tell."""
    found = [sentence for sentence in reading.sentences if _is_unread(sentence)]
    return found + ([_all(reading)] if not found and _is_unread(_all(reading)) else [])


def _guess(text: str) -> str:
    """By letters, where there are no small words: py3langid's model of 97 languages."""
    return langid.classify(text)[0]


def _all(reading: Reading) -> Sentence:
    return Sentence(0, len(reading.plain), reading.plain)


def _is_unread(sentence: Sentence) -> bool:
    letters = [sign for sign in sentence.text if sign.isalpha()]
    if letters and sum(not "a" <= sign <= "z" for sign in letters) > 2:
        return True  # another alphabet
    words = WORD.findall(sentence.text)
    if len(words) >= 3 and not any(word in ENGLISH or word in GERMAN for word in words):
        return _guess(sentence.text) not in READ
    ours = sum(word in ENGLISH or word in GERMAN for word in words)
    theirs = max((sum(word in small for word in words) for small in FOREIGN.values()), default=0)
    if len(words) < ENOUGH:
        return theirs >= 1 and theirs > ours
    return theirs > ours or (len(words) >= 2 * ENOUGH and ours == 0)
