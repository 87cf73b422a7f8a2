"""A feed that is read."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from regulars.channels.networks.dig import number
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Heard, Login, Who
from regulars.channels.providers.rss.fetching import fetch
from regulars.channels.providers.rss.reading import MOST, entries, parse, title_of
from regulars.core.clock import now_us


class FeedLine(Plain):
    """What is new or changed in the feed. What has left it was not deleted: feeds only show the newest."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.url = str(login.settings.get("url", "")).strip()

    def me(self) -> Who:
        found = fetch(self.url, at=now_us())
        name = title_of(parse(found.body or b"", found.headers))
        return Who(external=self.url[:200], handle=urlsplit(self.url).hostname or "", name=name)

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        found = fetch(cursor.get("url") or self.url, etag=cursor.get("etag", ""), modified=cursor.get("modified", ""),
                      at=at)  # fmt: skip
        if found.body is None:
            return Heard(cursor=cursor)
        feed = parse(found.body, found.headers)
        reviews, best = self.login.settings.get("about") == "reviews", number(self.login.settings, "best") or 5.0
        known, items = dict(cursor.get("seen", {})), []
        for one, words in entries(feed, url=self.url, reviews=reviews, best=best, at=at):
            mark = sha256(one.external.encode()).hexdigest()[:16]
            if known.pop(mark, "") != words:
                items.append(one)
            known[mark] = words  # at the end: what stands in the feed is forgotten last
        kept = {"seen": dict(list(known.items())[-4 * MOST :]), **_marks(found.headers)}
        return Heard(tuple(items), kept | ({"url": found.url} if found.moved else _moved(cursor)))


def _marks(headers: Mapping[str, str]) -> dict[str, str]:
    said = {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
    return {name: value[:300] for name, value in said.items() if value}


def _moved(cursor: Mapping[str, Any]) -> dict[str, str]:
    return {"url": cursor["url"]} if cursor.get("url") else {}
