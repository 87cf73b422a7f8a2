"""What makes a text exactly this one, and what makes it the same as another. Pure."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from regulars.social.publishing.formats import ADDRESS


def digest_of(*, title: str, text: str, pictures: Sequence[Mapping[str, Any]], story: bool, language: str) -> str:
    """Of exactly this: any change gives another one, and approval belongs to one."""
    shown = [[one["picture"], one.get("alt", "")] for one in pictures]
    return _hash(json.dumps([title, text, shown, story, language], ensure_ascii=False))


def digest_of_all(texts: Iterable[tuple[int, str]]) -> str:
    """Of a whole plan: (account, digest of what is said there) of each."""
    return _hash(json.dumps(sorted(texts)))


def sameness_of(text: str, title: str = "") -> str:
    """The same for texts that a reader takes for the same: case, blanks, punctuation and what an address says
    behind its question mark do not matter. "" for a text without words, which is like no other."""
    plain = ADDRESS.sub(lambda found: found[0].partition("?")[0].partition("#")[0], f"{title} {text}")
    folded = unicodedata.normalize("NFKC", plain).casefold()
    words = "".join(sign if sign.isalnum() else " " for sign in folded).split()
    return _hash(" ".join(words)) if words else ""


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
