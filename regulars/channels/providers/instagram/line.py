"""An open Instagram account."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from regulars.channels.networks import graph
from regulars.channels.networks.dig import dig, number, rows, text, when, whole
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Expired, Heard, Login, Picture, Said, Saying, Seen, Slower, Who
from regulars.channels.networks.web import Broken, Rejected, harmless, reading, said
from regulars.channels.providers.facebook.line import MESSAGES, _bare
from regulars.channels.providers.facebook.reading import message
from regulars.channels.providers.instagram.reading import MEDIA, REPLY, TAGGED, comments, tagged
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND, now_us

LOOK_BACK_US = 7 * DAY
READY = "FINISHED"  # status_code of a picture that may be published


class InstagramLine(Plain):
    """Comments under the newest pictures, pictures that tag us, private messages."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.ig, self.page = str(login.settings.get("ig", "")), str(login.settings.get("page", ""))
        self.web, self.proof = graph.graph_web("Instagram", login), graph.proof(login)

    def me(self) -> Who:
        self.web.at = now_us()
        with reading():
            mine = self._get(f"/{self.ig}", fields="id,username,name,profile_picture_url,followers_count")
        name = text(mine, "username", most=60)
        if text(mine, "id") != self.ig or not name:
            raise Expired("Instagram does not know this account, or the key is not its own.")
        self.state = {**self.state, "name": name}
        return Who(self.ig, f"@{name}", text(mine, "name", most=120) or name, f"https://www.instagram.com/{name}/")

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        if "name" not in self.state:
            self.me()
        self.web.at, since = at, int(cursor.get("since") or at - LOOK_BACK_US)
        about = {"ig": self.ig, "name": self.state["name"], "at": at}
        with reading():
            media = rows(self._get(f"/{self.ig}/media", fields=MEDIA, limit=25), "data")
            items = [one for each in media for one in comments(each, **about)]
            items += [
                one for each in self._maybe(f"/{self.ig}/tags", fields=TAGGED, limit=25) if (one := tagged(each, at))
            ]
            items += self._letters(since)
        known, marks = cursor.get("seen", {}), {one.external: _mark(one) for one in items}
        fresh = [one for one in items if known.get(one.external) != marks[one.external]]
        kept = {name: mark for name, mark in marks.items() if mark[0] != "d"}
        return Heard(tuple(fresh + _gone(media, known, marks, at)), {"since": at - 10 * MINUTE, "seen": kept})

    def say(self, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._careful(saying))

    def find(self, saying: Saying) -> Said | None:
        self.web.at = saying.now or saying.at
        with reading():
            if saying.private:
                found = graph.last_wrote(self.web, self.page, saying.to, "instagram", self.proof)[1]
            elif saying.reply_to:
                found = rows(self._get(f"/{saying.reply_to}/replies", fields=REPLY, limit=100), "data")
            else:
                found = rows(self._get(f"/{self.ig}/media", fields="id,caption,timestamp", limit=50), "data")
        for one in found:
            words = text(one, "message") or text(one, "text") or text(one, "caption")
            moment = when(one, "created_time") or when(one, "timestamp") or 0
            if moment >= saying.at - MINUTE and _bare(words) == _bare(saying.text):
                return Said("handed_off", text(one, "id", most=300))
        if saying.story:
            return Said("unknown", reply="Stories are not listed: look on Instagram.")
        return None

    def remove(self, external: str) -> bool:
        self.web.at = now_us()
        with reading():
            try:
                got = self.web.ask("DELETE", f"/{external}", params=self.proof).said
            except Rejected as problem:
                if whole(problem.said, "error", "code") == 100:
                    return False
                raise
        return dig(got, "success") is not False

    def hide(self, external: str, *, hidden: bool) -> bool:
        self.web.at = now_us()
        with reading():
            got = self._post(f"/{external}", hide="true" if hidden else "false")
        return dig(got, "success") is True

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        self.web.at = now_us()
        found: dict[str, Mapping[str, int]] = {}
        with reading():
            for name in externals:
                if not name.replace("_", "").isdigit():  # a private message: nothing is counted
                    found[name] = {}
                elif (got := self._still(name)) is not None:
                    found[name] = _counts(got)
        return found

    def _still(self, name: str) -> Any:
        """What was said, with its counts; None when it is gone. One at a time: a missing one spoils a batch."""
        try:
            return self._get(f"/{name}", fields="like_count,comments_count")
        except Rejected as problem:
            if whole(problem.said, "error", "code") == 100:
                return None
            raise

    # reading

    def _letters(self, since: int) -> list[Seen]:
        got = self._maybe(f"/{self.page}/conversations", platform="instagram", limit=25, fields=MESSAGES)
        found = []
        for each in [one for one in got if (when(one, "updated_time") or 0) >= since]:
            others = [text(one, "id") for one in rows(each, "participants", "data")]
            others = [one for one in others if one not in (self.ig, self.page)] or [text(each, "id")]
            found += [message(one, other=others[0], owner=self.ig, at=self.web.at) for one in
                      rows(each, "messages", "data")]  # fmt: skip
        return [one for one in found if one]

    def _maybe(self, path: str, **asked: Any) -> list[Mapping[str, Any]]:
        """What the app may not have been given the right to."""
        try:
            return rows(self._get(path, **asked), "data")
        except Rejected:
            return []

    # writing

    def _careful(self, saying: Saying) -> Said:
        try:
            if saying.private:
                return self._private(saying)
            return self._answer(saying) if saying.reply_to else self._publish(saying)
        except Rejected as problem:
            if meant := graph.refused(problem):
                return meant
            raise

    def _answer(self, saying: Saying) -> Said:
        return _done(self._post(f"/{saying.thread or saying.reply_to}/replies", message=saying.text))

    def _private(self, saying: Saying) -> Said:
        with harmless():
            wrote, _ = graph.last_wrote(self.web, self.page, saying.to, "instagram", self.proof)
        body = graph.message(saying, wrote, self.web.at)
        if isinstance(body, Said):
            return body
        got = self.web.ask("POST", f"/{self.page}/messages", params=self.proof, json_=body).said
        return _done({"id": text(got, "message_id", most=300)})

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
        done = _done(self._post(f"/{self.ig}/media_publish", creation_id=made))
        self._forget(saying.key)
        return done

    def _container(self, saying: Saying, picture: Picture) -> str:
        """One per saying: it is remembered between tries, for the day it lives."""
        known = self.state.get("containers", {})
        if saying.key in known:
            return known[saying.key]
        about = {"image_url": picture.url, "alt_text": picture.alt[:1000] or None}
        about |= {"media_type": "STORIES", "alt_text": None} if saying.story else {"caption": saying.text}
        made = text(self._post(f"/{self.ig}/media", **about), "id", most=100)
        if not made:
            raise Broken("Instagram took the picture and does not say what it is called.", sent=False)
        self.state = {**self.state, "containers": {**dict(list(known.items())[-20:]), saying.key: made}}
        return made

    def _forget(self, key: str) -> None:
        kept = {name: made for name, made in self.state.get("containers", {}).items() if name != key}
        self.state = {**self.state, "containers": kept}

    def _room_left(self) -> None:
        """The account's own limit, as Instagram counts it: what its pages say differs."""
        got = dig(self._get(f"/{self.ig}/content_publishing_limit", fields="config,quota_usage"), "data", 0)
        used, most = number(got, "quota_usage") or 0, number(got, "config", "quota_total") or 50
        if used >= most:
            raise Slower(f"Instagram lets this account publish {most:.0f} posts in 24 hours; they are used up.", HOUR)

    def _get(self, path: str, **asked: Any) -> Any:
        return self.web.get(path, **asked, **self.proof)

    def _post(self, path: str, **form: Any) -> Any:
        return self.web.ask("POST", path, params=self.proof, form=form).said


def _mark(one: Seen) -> list[Any]:
    """What changes when it does, and the picture it stands under; the first letter tells its kind."""
    said = f"{one.at} {one.text} {one.metrics.get('likes', 0)} {bool(one.facts.get('hidden'))}"
    return [one.kind[0], sha256(said.encode()).hexdigest()[:10], one.facts.get("media", "")]


def _gone(media: list[Mapping[str, Any]], known: Mapping[str, Any], now: Mapping[str, Any], at: int) -> list[Seen]:
    """Comments that stood under a picture we see whole, and do not any more."""
    seen_whole = {text(one, "id") for one in media if len(rows(one, "comments", "data")) < 50}
    return [Seen(name, "comment", at, deleted=True) for name, mark in known.items()
            if mark[0] == "c" and name not in now and mark[2] in seen_whole]  # fmt: skip


def _counts(said: Any) -> dict[str, int]:
    found = {"likes": whole(said, "like_count"), "replies": whole(said, "comments_count")}
    return {name: number for name, number in found.items() if number is not None and number >= 0}


def _done(got: Any) -> Said:
    external = text(got, "id", most=300)
    if not external:
        return Said("unknown", reply="Instagram took it, but does not say what it became.")
    return Said("handed_off", external)
