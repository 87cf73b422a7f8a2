"""What an item is after another reading of it: the same whatever order readings come in and however often. Pure.

Each part has its own rule, and each rule gives the same for any order: the words are those of the last edit (of two
readings of the same edit, of the later reading); metrics those of the latest reading; gone is gone for ever;
addressed to us once is addressed to us; private once is private; the earliest time counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = ("post", "repost", "comment", "quote", "mention", "reply", "chat", "form", "mail", "review", "dm")
WORDS = ("title", "text", "language", "url", "stars", "media", "facts")
_EMPTY: Mapping[str, Any] = {"title": "", "text": "", "language": "", "url": "", "stars": None}


@dataclass(frozen=True)
class Version:
    """An item as one reading showed it, or as it stands; the columns of models.Item."""

    external: str
    kind: str
    public: bool
    to_us: bool
    ours: bool
    thread: str
    parent: str
    author_id: int | None
    title: str
    text: str
    language: str
    url: str
    stars: float | None
    media: list[Any]
    metrics: Mapping[str, int]
    facts: Mapping[str, Any]
    at: int
    seen_us: int
    read_us: int
    measured_us: int
    edited_us: int | None
    deleted_us: int | None
    id: int | None = field(default=None, compare=False)


def merged(a: Version, b: Version) -> Version:
    """Both readings together. Commutative, associative, idempotent (tests/networks/test_merging)."""
    newer = a if _words(a) >= _words(b) else b
    measured = a if _measured(a) >= _measured(b) else b
    deleted = [when for when in (a.deleted_us, b.deleted_us) if when is not None]
    found = replace(
        newer,
        id=a.id or b.id,
        kind=max(a.kind, b.kind, key=_rank),
        public=a.public and b.public,
        to_us=a.to_us or b.to_us,
        ours=a.ours or b.ours,
        thread=_thread(a, b),
        parent=max(a.parent, b.parent),
        author_id=max(a.author_id or 0, b.author_id or 0) or None,
        at=min(a.at, b.at),
        seen_us=min(a.seen_us, b.seen_us),
        edited_us=max(a.edited_us or 0, b.edited_us or 0) or None,
        metrics=measured.metrics,
        measured_us=measured.measured_us,
        deleted_us=min(deleted, default=None),
    )
    return emptied(found) if deleted else found


def emptied(version: Version) -> Version:
    """What stays of something that is gone: that it was, when and by whom, not what it said."""
    when = version.deleted_us or 0
    return replace(version, **_EMPTY, media=[], facts={}, metrics={}, read_us=when, measured_us=when)


def is_news(before: Version | None, after: Version) -> bool:
    """Whether somebody should be told: more differs than when it was read."""
    quiet = {"seen_us": 0, "read_us": 0, "measured_us": 0}
    return before is None or replace(before, **quiet) != replace(after, **quiet)


def _rank(kind: str) -> tuple[int, str]:
    return (KINDS.index(kind) if kind in KINDS else -1, kind)


def _words(one: Version) -> tuple:
    said = json.dumps([getattr(one, name) for name in WORDS], sort_keys=True, default=str)
    return (one.edited_us or 0, one.read_us, said)


def _measured(one: Version) -> tuple:
    return (bool(one.metrics), one.measured_us, json.dumps(dict(one.metrics), sort_keys=True))


def _thread(a: Version, b: Version) -> str:
    """A thread that begins elsewhere is better known than one that begins here."""
    elsewhere = [one.thread for one in (a, b) if one.thread and one.thread != one.external]
    return max(elsewhere, default=a.external)
