"""A text as a topic sees it: folded words in order, tags, handles, hosts. Pure.

Case and accents do not count; apostrophes are closed (“won't” is wont), a possessive and an elided article are taken
off (“shop's” is shop, “l'hôtel” is l hotel); signs of Chinese, Japanese and Korean are words of their own. Addresses
are no words: they are found by `site:` and `url:`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

LONGEST = 20_000  # signs of a text that are looked at
ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_OWN = "぀-ヿ㐀-鿿가-힯"  # a sign each
_WORD = re.compile(rf"[{_OWN}]|[^\W_{_OWN}]+(?:'[^\W_{_OWN}]+)*")
_PLAIN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")  # the same for folded ASCII, at twice the speed
_TAG = re.compile(r"(?<![\w&])#(\w+)")
_HANDLE = re.compile(r"(?<![\w.@/])@([\w.-]*\w(?:@[\w.-]*\w)?)")
_QUOTES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "´": "'", "＇": "'"})
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_ELIDED = frozenset(["l", "d", "j", "m", "t", "s", "n", "c", "qu"])


def folded(text: str) -> str:
    """Lower case, without accents, invisible signs and fancy forms of letters."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", plain)
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Cf"))
    return unicodedata.normalize("NFC", kept)


def words_of(text: str) -> list[str]:
    """The words of a folded text, in order."""
    found = (_PLAIN if text.isascii() else _WORD).findall(text)
    if "'" not in text:
        return found
    return [word for one in found for word in (_opened(one) if "'" in one else (one,))]


def _opened(word: str) -> Iterable[str]:
    head, _, tail = word.partition("'")
    if head in _ELIDED and len(tail) > 1:
        return (head, tail.replace("'", ""))
    return ((word[:-2] if word.endswith("'s") else word).replace("'", ""),)


@dataclass
class Said:
    """One text with what is known of it. `words` in order; `terms`: all that a topic can ask for at once."""

    text: str
    handle: str = ""
    language: str = ""
    sources: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> str:
        return folded(self.text[:LONGEST])

    @cached_property
    def bare(self) -> str:
        """Folded, without addresses."""
        return ADDRESS.sub(" ", self.plain) if "://" in self.plain or "www." in self.plain else self.plain

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.bare)

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Addresses in lower case: where it stands, and those it names."""
        return tuple(url.lower() for url in (*self.urls, *ADDRESS.findall(self.plain)) if url)

    @cached_property
    def terms(self) -> set[str]:
        found = set(self.words)
        if "#" in self.bare:
            found.update(f"#{tag}" for tag in _TAG.findall(self.bare))
        if "@" in self.bare:
            found.update(_handles(self.bare))
        found.update(f"source:{folded(one)}" for one in self.sources if one)
        if self.handle:
            found.update(f"from:{handle[1:]}" for handle in _handles(f"@{folded(self.handle).lstrip('@')}"))
        if self.language:
            found.add(f"lang:{self.language.lower()[:2]}")
        for link in self.links:
            found.update(f"site:{host}" for host in hosts(link))
        return found

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """word -> where it stands."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            found.setdefault(word, []).append(place)
        return found


def _handles(text: str) -> Iterator[str]:
    """@shop@example.social is found by @shop too."""
    for handle in _HANDLE.findall(text):
        yield f"@{handle}"
        if "@" in handle:
            yield f"@{handle.partition('@')[0]}"


def hosts(link: str) -> list[str]:
    """The host of an address and every domain above it: shop.example.com, example.com, com."""
    try:
        host = urlsplit(link if "://" in link else f"http://{link}").hostname or ""
    except ValueError:
        return []
    parts = host.removeprefix("www.").split(".")
    return [".".join(parts[n:]) for n in range(len(parts))] if parts != [""] else []
