"""Who waits for us, since when, and how it ended: told anew from all the words of a conversation. Pure.

The order in which words reach us changes nothing, for they are put in order of time first. A word is answered by
what we said to its author, or to everybody there, once it was out; what a colleague wrote answers only words the
house had read by then. Automatic words never come here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

SAID, ANSWER, CLOSE = "said", "answer", "close"


class Word(NamedTuple):
    """`who`: who said it, or whom it answers (None: everybody there).

    said: `at` is when clocks begin, `known` when the house had read it, `gone` since when it is deleted or hidden and
    asks no longer. answer, close: `at` is when it was out or done, `known` how far its writer had read; None: as far
    as there was anything, for it was given on the network itself.
    """

    entry: int
    kind: str
    at: int
    who: int | None = None
    known: int | None = None
    public: bool = True
    gone: int | None = None


class Waited(NamedTuple):
    """Somebody waited since `since`. `until`, `by`: when and by which entry it ended; None: they still wait."""

    entry: int
    who: int | None
    public: bool
    since: int
    first: bool
    until: int | None = None
    by: int | None = None
    how: str = ""


def tell(words: Iterable[Word]) -> list[Waited]:
    """Every wait of a conversation, in order of when it began."""
    waiting: dict[int | None, list[Word]] = {}
    ended: list[Waited] = []
    for word in sorted(words, key=lambda word: (word.at, word.kind != SAID, word.entry)):
        if word.kind == SAID:
            waiting.setdefault(word.who, []).append(word)
        else:
            ended += _end(waiting, word)
    open_ = [_waited(left, None) for asked in waiting.values() if (left := _there(asked, None))]
    return _numbered(ended + open_)


def _end(waiting: dict[int | None, list[Word]], answer: Word) -> list[Waited]:
    """What this answer ends; words its writer had not read go on waiting."""
    ended = []
    for who in [answer.who] if answer.who is not None and answer.kind == ANSWER else list(waiting):
        asked = _there(waiting.pop(who, []), answer.at)
        if left := [word for word in asked if not _read(word, answer)]:
            waiting[who] = left
        if done := [word for word in asked if _read(word, answer)]:
            ended.append(_waited(done, answer))
    return ended


def _there(asked: list[Word], at: int | None) -> list[Word]:
    """The words that had not been taken away by then."""
    return [word for word in asked if word.gone is None or (at is not None and word.gone > at)]


def _read(word: Word, answer: Word) -> bool:
    return answer.known is None or word.known is None or word.known <= answer.known


def _waited(asked: list[Word], answer: Word | None) -> Waited:
    first = asked[0]
    wait = Waited(first.entry, first.who, first.public, first.at, False)
    return wait._replace(until=answer.at, by=answer.entry, how=answer.kind) if answer else wait


def _numbered(waits: list[Waited]) -> list[Waited]:
    """In order, saying of each whether it was the first of its author."""
    met: set[int | None] = set()
    found = []
    for wait in sorted(waits, key=lambda wait: (wait.since, wait.entry)):
        found.append(wait._replace(first=wait.who not in met))
        met.add(wait.who)
    return found
