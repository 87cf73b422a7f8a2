"""Claiming words taken apart, glued or misspelt: "g u a r a n t e e", "re-fund", "n ever", "#AlwaysFree"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from regulars.content.honesty.words import whole_words, words

TOKEN = re.compile(r"[a-z0-9@$!|]+")
TAG = re.compile(r"#[\w]+|\b[a-z]{18,}\b")
ORDINARY = {
    "resolve",
    "resolves",
    "repairs",
    "repairing",
    "certify",
    "discounted",
    "warrant",
    "erstattete",
    "definitive",
}
LEET = str.maketrans(
    {"@": "a", "$": "s", "!": "i", "|": "l", "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}
)
MOST_PARTS, LONGEST = 14, 18
STRONG = (  # long words that are worth finding inside others and with a letter wrong
    "guarantee", "guaranteed", "guarantees", "warranty", "refund", "refunded", "refunds", "always", "never",
    "everyone", "everything", "nobody", "definitely", "certainly", "completely", "certified", "repaired", "resolved",
    "solved", "discount", "voucher", "waterproof", "sustainable", "harmless", "garantie", "garantiert", "garantieren",
    "erstattung", "erstatten", "erstattet", "kostenlos", "niemals", "immer", "behoben", "sicherheit", "ungefahrlich",
    "unbedenklich", "nachhaltig", "zertifiziert", "gutschein", "umtausch",
    "ausschliesslich", "definitiv", "replacement",
)  # fmt: skip


@dataclass(frozen=True)
class Spelt:
    """A claiming word that is not written as one."""

    family: str
    start: int
    end: int


@cache
def _single() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(f"(?:{entry['words']})") for name, entry in words("claims")["families"].items()}


@cache
def _family(word: str) -> str:
    return next((name for name, one in _single().items() if one.fullmatch(word)), "")


@cache
def _starts() -> frozenset[str]:
    """The first letters of every claiming word, so that most joins are never looked up."""
    plain = re.sub(
        r"\(\?:|\)\??|\[[^]]*\]\??|\?", " ", "|".join(e["words"] for e in words("claims")["families"].values())
    )
    return frozenset(word.strip()[:2] for part in re.split(r"[|\s]+", plain) if (word := part) and len(word) > 1)


@cache
def _near() -> dict[str, str]:
    """{a long word with one letter left out: its family}."""
    found: dict[str, str] = {}
    for word in STRONG:
        if len(word) >= 7:
            found |= {word[:place] + word[place + 1 :]: _family(word) for place in range(1, len(word))}
    return found


def spelt(plain: str) -> list[Spelt]:
    """Every claiming word that somebody took apart, glued or misspelt. May find too much."""
    tokens = list(TOKEN.finditer(plain))
    return [*_joined(tokens, plain), *_inside(plain), *_misspelt(tokens)]


def _joined(tokens: list[re.Match[str]], plain: str) -> list[Spelt]:
    found = []
    for first, token in enumerate(tokens):
        whole = ""
        for last in range(first, min(first + MOST_PARTS, len(tokens))):
            whole += tokens[last][0]
            if len(whole) > LONGEST:
                break
            if last == first and not re.search(r"[@$!|0-9]", whole):
                continue
            family = _family_of(whole)
            if family and not _is_usual(plain[token.start() : tokens[last].end()]):
                found.append(Spelt(family, token.start(), tokens[last].end()))
    return found


def _family_of(whole: str) -> str:
    for word in {whole, whole.translate(LEET), whole.strip("!|")}:
        if len(word) > 3 and word[:2] in _starts() and (family := _family(word)):
            return family
    return ""


def _is_usual(text: str) -> bool:
    """Whether it is written in a way that the lists know already ("no one", "back up"), or is only a number."""
    return text.strip("!|").isdigit() or any(whole_words(e["words"]).fullmatch(text) for e in _known())


@cache
def _known() -> list[dict[str, str]]:
    return list(words("claims")["families"].values())


def _inside(plain: str) -> list[Spelt]:
    return [
        Spelt(_family(word), tag.start() + tag[0].find(word), tag.start() + tag[0].find(word) + len(word))
        for tag in TAG.finditer(plain)
        for word in STRONG
        if word in tag[0] and (tag[0][0] == "#" or len(word) > 6)
    ]


def _misspelt(tokens: list[re.Match[str]]) -> list[Spelt]:
    """One letter wrong, missing or too much, in words of seven letters or more."""
    found = []
    for token in tokens:
        word = token[0]
        if len(word) < 6 or word in ORDINARY or _family(word):
            continue
        shorter = [word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))]
        family = next((_near()[one] for one in shorter if one in _near()), "")
        if family:
            found.append(Spelt(family, token.start(), token.end()))
    return found
