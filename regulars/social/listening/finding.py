"""Which stored items mean which topics: reads items with their authors and readings, a batch in three questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from regulars.channels.networks.models import Account, Item, Post
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.social.listening.matching import Matcher
from regulars.social.listening.repeats import fingerprint, is_ours, our_runs
from regulars.social.listening.words import Said, folded, words_of

OURS = 60 * DAY
NEVER = 2**62


@dataclass(frozen=True)
class Found:
    """A mention as it is to be stored; `node_id` is whose event it becomes, if anybody's."""

    topic_id: int
    item_id: int
    account_id: int
    network: str
    author_id: int | None
    at: int
    language: str
    feels: str
    told: bool
    intent: str
    reach: int | None
    words: int
    fold: str
    same_as: int | None
    node_id: int | None
    url: str

    def row(self) -> tuple:
        """In the order of `actions.mentions.COLUMNS`."""
        voice = self.author_id if self.author_id is not None else -self.account_id
        return (self.topic_id, self.item_id, self.account_id, self.network, self.author_id, voice, self.at,
                self.language, self.feels, self.told, self.intent, self.reach, self.words, self.fold, self.same_as,
                "")  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """An item with what is known of it."""

    id: int
    account_id: int
    external: str
    kind: str
    parent: str
    author_id: int | None
    at: int
    title: str
    text: str
    language: str
    url: str
    metrics: str
    handle: str
    followers: int | None
    node_id: int | None
    feels: str
    source: str
    intent: str

    @property
    def reach(self) -> int | None:
        """Who may have seen it: views as counted, else followers."""
        metrics = json.loads(self.metrics) if isinstance(self.metrics, str) else self.metrics
        seen = [n for n in (metrics.get("views"), self.followers) if n is not None]
        return max(seen) if seen else None

    def said(self, accounts: dict[int, tuple[str, str]]) -> Said:
        """As topics see it."""
        return Said(f"{self.title}\n{self.text}" if self.title else self.text, self.handle, self.language,
                    accounts.get(self.account_id, ("", "")), (self.url,) if self.url else ())  # fmt: skip


SQL = """
SELECT i.id, i.account_id, i.external, i.kind, i.parent, i.author_id, i.at, i.title, i.text,
       CASE WHEN COALESCE(r.language, '') <> '' THEN r.language ELSE i.language END, i.url, i.metrics,
       COALESCE(a.handle, ''), a.followers, a.node_id, COALESCE(r.feels, ''), COALESCE(r.source, ''),
       COALESCE(r.intent, '')
FROM channels_item i LEFT JOIN channels_author a ON a.id = i.author_id LEFT JOIN inbox_reading r ON r.item_id = i.id
"""


def heard(item_ids: Sequence[int]) -> list[Heard]:
    """The public items of others among these that are there."""
    some, params = bulk.ids(item_ids)
    rows = bulk.query(f"{SQL} WHERE i.id IN {some} AND i.public AND NOT i.ours AND i.deleted_us IS NULL", params)
    return [Heard(*row) for row in rows]


def accounts() -> dict[int, tuple[str, str]]:
    """{account: (kind, name)}: what `source:` asks for."""
    return {number: (kind, name) for number, kind, name in Account.objects.values_list("id", "kind", "name")}


def matcher_of(topics: Sequence[tuple[int, str]]) -> Matcher:
    """The compiled queries, kept while they are the same."""
    return _matcher(tuple(topics))


@lru_cache(maxsize=16)
def _matcher(topics: tuple[tuple[int, str], ...]) -> Matcher:
    return Matcher(dict(topics))


def find(item_ids: Sequence[int], matcher: Matcher) -> list[Found]:
    """Every topic that one of these items means. Reads only."""
    where, items = accounts(), heard(item_ids)
    matched = [(item, said, topics) for item in items if (topics := matcher.of(said := item.said(where)))]
    if not matched:
        return []
    parents, ours = _parents([item for item, _, _ in matched]), _our_words(min(item.at for item, _, _ in matched))
    return [
        _found(topic, item, said, where, parents.get((item.account_id, item.parent)), ours)
        for item, said, topics in matched
        for topic in topics
    ]


def _found(topic: int, item: Heard, said: Said, where, parent: int | None, ours) -> Found:
    words = [word for word in said.words if word != "rt"]
    fold = "repost" if parent else "ours" if is_ours(words, item.at, ours) else ""
    feels = "" if item.source == "none" else item.feels  # a language nobody can read here
    return Found(
        topic, item.id, item.account_id, where.get(item.account_id, ("", ""))[0], item.author_id, item.at,
        item.language[:8], feels, item.source in ("person", "stars"), item.intent, item.reach,
        fingerprint(words), fold, parent, item.node_id, item.url,
    )  # fmt: skip


def _parents(items: Sequence[Heard]) -> dict[tuple[int, str], int]:
    """{(account, external): item} that reposts repeat."""
    wanted = [(item.account_id, item.parent) for item in items if item.kind == "repost" and item.parent]
    if not wanted:
        return {}
    known = Item.objects.filter(account_id__in={a for a, _ in wanted}, external__in={p for _, p in wanted})
    return {(account, name): number for account, name, number in known.values_list("account_id", "external", "id")}


def _our_words(since: int) -> dict[tuple[str, ...], int]:
    """Runs of words in what we said ourselves from two months before on."""
    return our_runs((at, words_of(folded(text))) for at, text in our_texts(since - OURS, NEVER))


def our_texts(since: int, until: int) -> list[tuple[int, str]]:
    """(when, text) of what we said in public between these moments."""
    posts = Post.objects.filter(public=True, handed_us__gt=since, handed_us__lte=until)
    items = Item.objects.filter(ours=True, public=True, at__gt=since, at__lte=until)
    return [*posts.values_list("handed_us", "text"), *items.values_list("at", "text")]
