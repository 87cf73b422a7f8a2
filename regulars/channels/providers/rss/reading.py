"""Entries of a feed as items: pure. feedparser takes feeds as they are found in the wild; text is cleaned by us."""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from regulars.channels.networks.dig import clean, dig, number, rows, text, web
from regulars.channels.networks.plain import plain
from regulars.channels.networks.shape import Seen, Unreachable, Who

MOST = 500  # entries of a feed
RATINGS = ("im_rating", "review_rating", "g_rating", "rating", "reviews_rating", "r_rating", "stars", "score")
WORDS = re.compile(r"(\d(?:[.,]\d)?)\s*(?:/|out of|von|sur|de)\s*(5|10)\b", re.IGNORECASE)
SIGNS = re.compile(r"[★☆⭐]{3,10}")


def parse(body: bytes, headers: Mapping[str, str]) -> Any:
    """The feed. Raises Unreachable when it is none."""
    import feedparser

    told = {"content-type": headers.get("content-type", "")}  # without an address: ids stay as they are written
    try:
        # of a plain string feedparser would open a file or an address; a stream it only reads
        feed = feedparser.parse(BytesIO(body), response_headers=told)
    except Exception as problem:
        raise Unreachable(f"The feed cannot be read: {type(problem).__name__}.") from None
    if not feed.get("version") and not feed.get("entries"):
        raise Unreachable(
            "There is no feed at this address: it is neither RSS nor Atom. Look on the page for a link"
            " named RSS, Atom or feed."
        )
    return feed


def entries(feed: Any, *, url: str, reviews: bool, best: float, at: int) -> list[tuple[Seen, str]]:
    """(item, digest of its words) for each entry, oldest first."""
    found = [_entry(one, feed, url, reviews, best, at) for one in rows(feed, "entries")[:MOST]]
    return sorted(found, key=lambda pair: (pair[0].at, pair[0].external))


def _entry(one: Any, feed: Any, url: str, reviews: bool, best: float, at: int) -> tuple[Seen, str]:
    title, words = _plain(dig(one, "title")), _plain(dig(one, "content", 0, "value") or dig(one, "summary"))
    external = identity(one, title, words)
    said, changed = _time(one, "published_parsed"), _time(one, "updated_parsed")
    seen = Seen(
        external=external,
        kind="review" if reviews else "post",
        at=said or changed or at,
        who=_who(one, feed, url, external if reviews else ""),
        title=title[:300],
        text=words,
        to_us=reviews,
        thread=external,
        url=web(urljoin(url, text(one, "link", most=600))),
        language=text(feed, "feed", "language", most=8),
        stars=stars(one, title, best) if reviews else None,
        media=tuple(_media(one)),
        edited_us=changed if said and changed and changed > said else None,
    )
    return seen, sha256(f"{title}\0{words}\0{seen.stars}".encode()).hexdigest()[:16]


def identity(one: Any, title: str, words: str) -> str:
    """The entry's own id or address; of what has neither, a digest."""
    said = text(one, "id", most=1000) or text(one, "link", most=1000) or f"{title}\0{words[:500]}"
    return said if said and len(said) <= 300 and "\0" not in said else "digest:" + sha256(said.encode()).hexdigest()


def stars(one: Any, title: str, best: float) -> float | None:
    """One to five stars: from the field review feeds use, or from the title (“★★★★☆”, “4/5”)."""
    for name in RATINGS:
        if (found := number(one, name)) is not None:
            return _of_five(found, best)
    if (found := number(one, "media_starrating", "average")) is not None:
        return _of_five(found, number(one, "media_starrating", "max") or best)
    if signs := SIGNS.search(title):
        return _of_five(signs[0].count("★") + signs[0].count("⭐"), max(len(signs[0]), 5))
    words = WORDS.search(title)
    return _of_five(float(words[1].replace(",", ".")), float(words[2])) if words else None


def _of_five(found: float, best: float) -> float | None:
    return round(found * 5 / best, 2) if best > 0 and 0 <= found <= best else None


def _who(one: Any, feed: Any, url: str, review: str) -> Who | None:
    """Two reviewers of the same name are two people, so a reviewer is known by the review alone."""
    name = text(one, "author_detail", "name", most=200) or text(one, "author", most=200)
    if not name:
        return None
    site = url.partition("://")[2].partition("/")[0]
    own = "review:" + sha256(review.encode()).hexdigest()[:24] if review else name.casefold()
    return Who(external=f"{site}:{own}"[:300], name=name, url=web(one, "author_detail", "href"))


def _media(one: Any) -> list[Mapping[str, str]]:
    found = [*rows(one, "media_content"), *rows(one, "enclosures")]
    parts = [
        {"url": web(each, "url") or web(each, "href"), "type": text(each, "type", most=40), "alt": ""}
        for each in found[:8]
    ]
    return [part for part in parts if part["url"] and part["type"].startswith(("image/", "audio/", "video/"))]


def _plain(html: Any) -> str:
    return plain(html) if isinstance(html, str) else ""


def _time(one: Any, name: str) -> int | None:
    found = dict.get(one, name)  # its own `get` would give one date for the other
    try:
        return timegm(found) * 1_000_000 if found else None
    except (TypeError, ValueError, OverflowError):
        return None


def title_of(feed: Any) -> str:
    """What the feed calls itself."""
    return clean(_plain(dig(feed, "feed", "title")), most=120)
