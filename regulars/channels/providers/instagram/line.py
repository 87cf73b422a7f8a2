"""An open Instagram account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, number, rows, text
from regulars.channels.networks.graph_line import LOOK_BACK_US, GraphLine
from regulars.channels.networks.shape import Expired, Heard, Picture, Said, Saying, Seen, Slower, Who
from regulars.channels.networks.web import Broken, harmless, reading
from regulars.channels.providers.instagram.reading import MEDIA, REPLY, TAGGED, comments, tagged
from regulars.core.clock import HOUR, SECOND, now_us

READY = "FINISHED"  # status_code of a picture that may be published


class InstagramLine(GraphLine):
    """Comments under the newest pictures, pictures that tag us, private messages."""

    name, key, platform, hiding = "Instagram", "ig", "instagram", "hide"
    counted = "like_count,comments_count"
    counts = {"likes": ("like_count",), "replies": ("comments_count",)}

    def me(self) -> Who:
        self.web.at = now_us()
        with reading():
            mine = self._get(f"/{self.us}", fields="id,username,name,profile_picture_url,followers_count")
            self._learn_end()
        name = text(mine, "username", most=60)
        if text(mine, "id") != self.us or not name:
            raise Expired("Instagram does not know this account, or the key is not its own.")
        self.state = {**self.state, "name": name}
        return Who(self.us, f"@{name}", text(mine, "name", most=120) or name, f"https://www.instagram.com/{name}/")

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        if "name" not in self.state:
            self.me()
        self.web.at, since = at, int(cursor.get("since") or at - LOOK_BACK_US)
        about = {"ig": self.us, "name": self.state["name"], "at": at}
        with reading():
            media = rows(self._get(f"/{self.us}/media", fields=MEDIA, limit=25), "data")
            items = [one for each in media for one in comments(each, **about)]
            tags = self._maybe(f"/{self.us}/tags", fields=TAGGED, limit=25)
            items += [one for each in tags if (one := tagged(each, at))]
            items += self._letters(since)
        seen_whole = {text(one, "id") for one in media if len(rows(one, "comments", "data")) < 50}
        return self._news(items, cursor, seen_whole=seen_whole, at=at)

    def find(self, saying: Saying) -> Said | None:
        found = super().find(saying)
        if found is None and saying.story:
            return Said("unknown", reply="Stories are not listed: look on Instagram.")
        return found

    def _below(self, one: Seen) -> str:
        return str(one.facts.get("media", ""))

    def _where_it_would_be(self, saying: Saying) -> list[Mapping[str, Any]]:
        if saying.reply_to:
            return rows(self._get(f"/{saying.reply_to}/replies", fields=REPLY, limit=100), "data")
        return rows(self._get(f"/{self.us}/media", fields="id,caption,timestamp", limit=50), "data")

    def _is_ours(self, one: Mapping[str, Any]) -> bool:
        names = (text(one, "username"), text(one, "from", "username"))
        return super()._is_ours(one) or (bool(self.state.get("name")) and self.state["name"] in names)

    def _public(self, saying: Saying) -> Said:
        if saying.reply_to:
            under = f"/{saying.thread or saying.reply_to}/replies"
            return self._done(text(self._post(under, {"message": saying.text}), "id", most=300))
        return self._publish(saying)

    def _publish(self, saying: Saying) -> Said:
        """First a container, which is nothing yet; then, once Instagram has fetched the picture, publishing it."""
        if not saying.pictures or not saying.pictures[0].url:
            return Said("failed", reply="Instagram takes a picture only from an address it can reach itself.")
        with harmless():
            self._room_left()
            made = self._container(saying, saying.pictures[0])
            status = text(self._get(f"/{made}", fields="status_code"), "status_code")
        if status in ("ERROR", "EXPIRED"):
            self._forget(saying.key)
            return Said("failed", code=status, reply="Instagram could not take the picture.")
        if status != READY:
            raise Slower("Instagram is still fetching the picture.", 10 * SECOND)
        published = self._post(f"/{self.us}/media_publish", {"creation_id": made})
        done = self._done(text(published, "id", most=300))
        self._forget(saying.key)
        return done

    def _container(self, saying: Saying, picture: Picture) -> str:
        """One per saying: it is remembered between tries, for the day it lives."""
        known = self.state.get("containers", {})
        if saying.key in known:
            return known[saying.key]
        about = {"image_url": picture.url, "alt_text": picture.alt[:1000] or None}
        about |= {"media_type": "STORIES", "alt_text": None} if saying.story else {"caption": saying.text}
        made = text(self._post(f"/{self.us}/media", about), "id", most=100)
        if not made:
            raise Broken("Instagram took the picture and does not say what it is called.", sent=False)
        self.state = {**self.state, "containers": {**dict(list(known.items())[-20:]), saying.key: made}}
        return made

    def _forget(self, key: str) -> None:
        kept = {name: made for name, made in self.state.get("containers", {}).items() if name != key}
        self.state = {**self.state, "containers": kept}

    def _room_left(self) -> None:
        """The account's own limit, as Instagram counts it: what its pages say differs."""
        got = dig(self._get(f"/{self.us}/content_publishing_limit", fields="config,quota_usage"), "data", 0)
        used, most = number(got, "quota_usage") or 0, number(got, "config", "quota_total") or 50
        if used >= most:
            raise Slower(f"Instagram lets this account publish {most:.0f} posts in 24 hours; they are used up.", HOUR)
