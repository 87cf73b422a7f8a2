"""Why a topic rises: new words, quotes, sources, who was first, repetition, which of our posts it is about.

Everything is numbers of items and words of several people, so it can be stored and outlives nobody's erasure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from regulars.channels.networks.models import Item
from regulars.core import bulk
from regulars.core.clock import WEEK
from regulars.social.listening import finding
from regulars.social.listening.logodds import Rise, rises
from regulars.social.listening.parsing import Phrase, Term, leaves, parse
from regulars.social.listening.repeats import coordinated
from regulars.social.listening.words import ADDRESS, LONGEST, folded, words_of

BEFORE = 8 * WEEK
FEW = 20  # people below which words explain little
QUOTES, SOURCES, POSTS = 3, 6, 5


@dataclass(frozen=True)
class Told:
    """One mention with its words. `fold`: see models.Mention."""

    item_id: int
    voice: int
    at: int
    fold: str
    reach: int
    account_id: int
    thread: str
    parent: str
    words: tuple[str, ...]

    @cached_property
    def standing(self) -> str:
        """The words between spaces, so that a phrase is found as it stands."""
        return f" {' '.join(self.words)} "


def explain(topic_id: int, query: str, *, since: int, until: int, before: int = BEFORE) -> dict[str, Any]:
    """What is said between these moments that was not in the time before; JSON-able."""
    told = mentions(topic_id, since, until)
    counted = [one for one in told if not one.fold]
    earlier = texts_before(topic_id, since - before, since)
    found = rises([(one.voice, one.words) for one in counted], earlier, without=own_words(query))
    people = len({one.voice for one in counted})
    ours = _our_texts(since) if found else []
    return {
        "since": since,
        "until": until,
        "people": people,
        "mentions": len(counted),
        "small": people < FEW,
        "words": [_word(rise, counted, ours) for rise in found],
        "quotes": quotes(counted, [rise.phrase for rise in found]),
        "first": min(counted, key=lambda one: (one.at, one.item_id)).item_id if counted else None,
        "sources": Counter(one.account_id for one in counted).most_common(SOURCES),
        "repeated": len(told) - len(counted),
        "crowd": coordinated([(one.voice, one.words) for one in told]),
        "of": len(told),
        "ours": _about_ours(told),
    }


def own_words(query: str) -> frozenset[str]:
    """The words of the topic itself, which explain nothing."""
    found = set()
    for leaf in leaves(parse(query)):
        if isinstance(leaf, Term):
            found.add(leaf.text.lstrip("#@"))
        elif isinstance(leaf, Phrase):
            found.update(term.text for term in leaf.terms)
            found.add(" ".join(term.text for term in leaf.terms))
    return frozenset(found)


def _words(title: str, text: str) -> list[str]:
    plain = folded((f"{title}\n{text}" if title else text)[:LONGEST])
    return words_of(ADDRESS.sub(" ", plain) if "://" in plain or "www." in plain else plain)


def mentions(topic_id: int, since: int, until: int) -> list[Told]:
    """Every mention said after `since` and up to `until`, with its words."""
    rows = bulk.query(
        "SELECT m.item_id, m.voice, m.at, m.fold, COALESCE(m.reach, 0), m.account_id, i.thread, i.parent, i.title,"
        " i.text FROM social_mention m JOIN channels_item i ON i.id = m.item_id"
        " WHERE m.topic_id = %s AND m.at > %s AND m.at <= %s ORDER BY m.at, m.item_id",
        [topic_id, since, until],
    )
    return [Told(*row[:8], tuple(_words(*row[8:]))) for row in rows]


def texts_before(topic_id: int, since: int, until: int) -> Iterable[tuple[int, Sequence[str]]]:
    """(voice, words) of what counted then."""
    rows = bulk.query(
        "SELECT m.voice, i.title, i.text FROM social_mention m JOIN channels_item i ON i.id = m.item_id"
        " WHERE m.topic_id = %s AND m.at > %s AND m.at <= %s AND m.fold = ''",
        [topic_id, since, until],
    )
    return [(voice, _words(title, text)) for voice, title, text in rows]


def _word(rise: Rise, told: Sequence[Told], ours: Sequence[str]) -> dict[str, Any]:
    found = [one.item_id for one in told if _says(one, rise.phrase)]
    quoted = any(f" {rise.phrase} " in text for text in ours)
    return {**asdict(rise), "z": round(rise.z, 1), "items": found[:50], "ours": quoted}


def _our_texts(until: int) -> list[str]:
    """What we said ourselves in the two months before, as it stands: people quote our own jokes back at us."""
    said = finding.our_texts(until - finding.OURS, until)
    return [f" {' '.join(words_of(folded(text)))} " for _at, text in said]


def _says(one: Told, phrase: str) -> bool:
    return f" {phrase} " in one.standing


def quotes(told: Sequence[Told], phrases: Sequence[str]) -> list[int]:
    """Up to three items, each of another person and for another phrase, those that most may have seen first."""
    found: list[Told] = []
    for phrase in [*phrases, ""]:
        able = [one for one in told if _says(one, phrase) or not phrase]
        able.sort(key=lambda one: (-sum(_says(one, p) for p in phrases), len(one.words) > 60, -one.reach, one.at))
        voices = {one.voice for one in found}
        new = [one for one in able if one.voice not in voices]
        found += new[: 1 if phrase else QUOTES - len(found)]
        if len(found) >= QUOTES:
            break
    return [one.item_id for one in found[:QUOTES]]


def _about_ours(told: Sequence[Told]) -> list[tuple[int, int]]:
    """(item of ours, mentions) that these answer or quote, most first."""
    named = Counter((one.account_id, name) for one in told for name in {one.thread, one.parent} if name)
    if not named:
        return []
    ours = Item.objects.filter(
        ours=True, account_id__in={a for a, _ in named}, external__in=[name for _, name in named]
    ).values_list("id", "account_id", "external")
    counts = Counter({number: named[account, name] for number, account, name in ours if (account, name) in named})
    return counts.most_common(POSTS)
