"""Plain assertions: clauses that say how we or our things are, without a number or a word like "always".

"Our balls float." is as much of a claim as "Our balls never sink." Without a parser, a clause counts when it begins
like one (we, our, the, this, they, you can ...) and has a finite verb, and is no feeling, opinion, thanks, apology,
"if" or "would". Words only; English and German (`words/plain.toml`).
"""

from __future__ import annotations

import re
from functools import cache

from regulars.content.honesty.families import pattern as claims
from regulars.content.honesty.manners import pattern as manners
from regulars.content.honesty.questions import says_not_known
from regulars.content.honesty.reading import WORD, Sentence
from regulars.content.honesty.words import whole_words, words

POINTS = re.compile(
    r"(?:our|the|this|that|these|those|each|every|both|all(?: the| our| of our)?|any|one of our)\s+(?=\w)"
)
STANDS = re.compile(
    r"(?:ours|it|they|this|that|these|those|each|each one|both|all of them|everything|it's|they're|that's)\b\s*"
)
WE = re.compile(r"(?:we|i)(?=\b)\s*")
NOUNS = 5  # words before the verb, at most
NO_NOUN = {
    "thanks",
    "cheers",
    "regards",
    "greetings",
    "congrats",
    "congratulations",
    "wishes",
    "hugs",
    "mistakes",
    "apologies",
    "kisses",
    "fingers",
}


@cache
def _list(name: str) -> re.Pattern[str]:
    return whole_words(words("plain")[name])


@cache
def _verbs() -> frozenset[str]:
    """Every form of the verbs that the list has the stems of."""
    stems = words("plain")["verbs"].split("|")
    return frozenset(form for stem in stems for form in _forms(stem))


def _forms(stem: str) -> tuple[str, ...]:
    third = stem[:-1] + "ies" if stem.endswith("y") and stem[-2] not in "aeou" else stem + "s"
    third = stem + "es" if stem.endswith(("s", "sh", "ch", "x", "z", "o")) else third
    past = stem + "d" if stem.endswith("e") else stem[:-1] + "ied" if third.endswith("ies") else stem + "ed"
    return stem, third, past, stem + stem[-1] + "ed"


def asserts(part: Sentence, sentence: Sentence, language: str) -> bool:
    """Whether a clause of a sentence plainly says how we or what we offer is."""
    if sentence.asks or says_not_known(sentence.text) or claims("opinion").search(sentence.text):
        return False
    if manners("checked").search(sentence.text):
        return False  # what somebody found who looked: it says how it is known
    text = _without_beginning(part.text)
    if says_nothing_of_us(part.text):
        return False
    return _german(text, sentence) if language == "de" else _english(text, sentence)


def says_nothing_of_us(text: str) -> bool:
    """Wishes, weather, what we did with their words: days, numbers and "all" claim nothing there."""
    return any(_list("wishes").match(one) for one in (text, _without_beginning(text)))


def feels(part: Sentence) -> bool:
    """Whether a clause says only what we feel, hope or heard: "all", "every" and "never" are manners there."""
    text = _without_beginning(part.text)
    found = WE.match(text)
    practice = re.match(r"(?:we|i) (?:read|hear|see|ask|know)\b", text)
    return found is not None and not practice and _freely("we_freely", text[found.end() :])


def _without_beginning(text: str) -> str:
    """Without "yes", "so", "by the way" in front."""
    while found := _list("begins").match(text):
        text = text[found.end() :].lstrip(" ,!-")
    return text


def _english(text: str, sentence: Sentence) -> bool:
    if _list("one_may").match(text) and not _list("conditional").search(sentence.text):
        return True
    if found := WE.match(text):
        freely = _freely("we_freely", text[found.end() :]) or text.startswith("i ") or text.startswith("i'")
        return not freely and not _list("conditional").search(sentence.text) and bool(text[found.end() :])
    if found := re.match(rf"your (?:\w+ )?(?:{words('plain')['theirs']}) ", text):
        return _verb_at(WORD.findall(text[found.end() - 1 :]), 0) and not _freely("it_freely", text[found.end() :])
    found = POINTS.match(text)
    if found and not _freely("it_freely", text[found.end() :]) and not _list("finite").match(text[found.end() :]):
        return _thing(text[found.end() :])
    if found := STANDS.match(text):
        rest = text[found.end() :]
        rest = "'s " + rest if found[0].strip().endswith("'s") else rest
        return (
            bool(rest)
            and not _freely("it_freely", rest)
            and (found[0].strip() != "that" or _verb_at(rest.split(), 0))
        )
    return _many(WORD.findall(text))


def _freely(name: str, rest: str) -> bool:
    """Whether what follows the subject claims nothing, adverbs left out."""
    adverbs = words("plain")["how"]
    rests = [re.sub(rf"^(?:(?:{some})\s+)+", "", rest.strip()) for some in (adverbs, f"{adverbs}|have|'ve|had")]
    return any(_list(name).match(one) for one in (*rests, rest.strip()))


def _thing(rest: str) -> bool:
    """Whether a verb follows a name of a thing: "knife holds its edge"."""
    said = WORD.findall(rest)
    for place in range(1, min(len(said), NOUNS + 1)):
        if _verb_at(said, place):
            after = " ".join(said[place:])
            return not _freely("it_freely", after) and not _freely("it_freely", " ".join(said[place - 1 :]))
    return len(said) == 2 and said[0].endswith("s") and not said[1].endswith(("s", "ed", "ing", "ly"))


def _many(said: list[str]) -> bool:
    """Whether it begins with the name of several things and a verb: "dogs sleep in the rooms"."""
    if len(said) < 2 or not said[0].endswith("s") or len(said[0]) < 4 or said[0] in NO_NOUN:
        return False
    return _verb_at(said, 1) and not said[1].endswith(("ed", "s")) and not _freely("it_freely", " ".join(said[1:]))


def _verb_at(said: list[str], place: int) -> bool:
    """Whether the word there is a finite verb, as far as words and their neighbours tell."""
    word, after = said[place], said[place + 1] if place + 1 < len(said) else ""
    if _list("finite").fullmatch(word):
        return True
    if word not in _verbs():
        return False
    if _list("either").fullmatch(word):
        alone = not after and place == 1 and word.endswith("s") != said[0].endswith("s")
        return alone or bool(after and _list("follows").fullmatch(after)) or after.endswith(("s", "ly"))
    return True


def _german(text: str, sentence: Sentence) -> bool:
    found = _list("de_begins").match(text)
    if found is None or _list("de_freely").match(text):
        return False
    if _list("conditional").match(sentence.text):
        return False
    said = WORD.findall(text[found.end() :])[: NOUNS - 1]
    verb = any(_list("de_verbs").fullmatch(word) for word in said)
    return verb or (found[0] == "wir" and bool(said) and said[0].endswith("en"))
