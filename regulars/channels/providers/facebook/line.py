"""An open Facebook page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks import graph
from regulars.channels.networks.dig import rows, text
from regulars.channels.networks.graph_line import LOOK_BACK_US, GraphLine
from regulars.channels.networks.shape import Expired, Heard, Said, Saying, Seen, Who
from regulars.channels.networks.web import Part, harmless, reading, said
from regulars.channels.providers.facebook.reading import COMMENT, POST, comment, post
from regulars.core.clock import now_us


class PageLine(GraphLine):
    """The newest posts of the page with their comments, posts that tag it, and private messages."""

    name, key, platform, hiding = "Facebook", "page", "messenger", "is_hidden"
    counted = "shares,likes.summary(true).limit(0),comments.summary(true).limit(0)"
    counts = {"likes": ("likes", "summary", "total_count"), "reposts": ("shares", "count"),
              "replies": ("comments", "summary", "total_count")}  # fmt: skip

    def me(self) -> Who:
        self.web.at = now_us()
        with reading():
            mine = self._get(f"/{self.page}", fields="id,name,username,link,picture")
            self._learn_end()
        if text(mine, "id") != self.page:
            raise Expired("Facebook does not know this page, or the key is not its own.")
        handle = text(mine, "username", most=60)
        return Who(
            self.page, f"@{handle}" if handle else "", text(mine, "name", most=120), text(mine, "link", most=300)
        )

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self.web.at, since = at, int(cursor.get("since") or at - LOOK_BACK_US)
        with reading():
            posts = graph.pages(self.web, f"/{self.page}/feed", 2, fields=POST, limit=25, **self.proof)
            tags = self._maybe(
                f"/{self.page}/tagged", limit=25, fields="id,message,created_time,from{id,name},permalink_url"
            )
            items = [*self._items(posts, tags, at), *self._letters(since)]
        seen_whole = {text(one, "id").rpartition("_")[2] for one in posts if len(rows(one, "comments", "data")) < 100}
        return self._news(items, cursor, seen_whole=seen_whole, at=at)

    def edit(self, external: str, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at

        def change() -> Said:
            self._post(f"/{external}", {"message": saying.text})
            return self._done(external)

        return said(change)

    def _items(self, posts: list[Mapping[str, Any]], tags: list[Mapping[str, Any]], at: int) -> list[Seen]:
        found = [post(each, page=self.page, at=at, to_us=True) for each in tags]
        for each in posts:
            thread = text(each, "id", most=100)
            found += [post(each, page=self.page, at=at)]
            found += [comment(one, post_id=thread, page=self.page, at=at) for one in rows(each, "comments", "data")]
        return [one for one in found if one]

    def _below(self, one: Seen) -> str:
        return one.external.partition("_")[0]

    def _where_it_would_be(self, saying: Saying) -> list[Mapping[str, Any]]:
        if not saying.reply_to:
            return rows(self._get(f"/{self.page}/feed", fields="id,message,created_time,from", limit=50), "data")
        under = f"/{saying.reply_to}/comments"
        return rows(self._get(under, fields=COMMENT, limit=100, order="reverse_chronological"), "data")

    def _public(self, saying: Saying) -> Said:
        form = {"message": saying.text}
        if saying.reply_to:
            return self._done(text(self._post(f"/{saying.reply_to}/comments", form), "id", most=100))
        with harmless():
            photos = [self._photo(one.content, one.type, one.alt) for one in saying.pictures]
        form |= {f"attached_media[{n}]": f'{{"media_fbid":"{one}"}}' for n, one in enumerate(photos)}
        return self._done(text(self._post(f"/{self.page}/feed", form), "id", most=100))

    def _photo(self, content: bytes, kind: str, alt: str) -> str:
        parts = [Part("source", content, "picture", kind), Part("published", b"false"),
                 Part("alt_text_custom", alt.encode())]  # fmt: skip
        return text(self.web.ask("POST", f"/{self.page}/photos", params=self.proof, parts=parts).said, "id", most=100)

    def _done(self, external: str, url: str = "") -> Said:
        number = external.replace("_", "").isdigit()  # private messages have no address
        return super()._done(external, url or (f"https://www.facebook.com/{external}" if number else ""))
