"""An open forum."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, when, whole
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Expired, Heard, Login, Picture, Said, Saying, Seen, Who
from regulars.channels.networks.web import Broken, Part, Rejected, Web, harmless, reading, said
from regulars.channels.providers.discourse.reading import base_of, seen, version
from regulars.core.clock import MINUTE, now_us

PAGES = 40  # of fifty posts, per reading
KEPT = 100  # posts whose versions are remembered, to notice edits and deletions


class DiscourseLine(Plain):
    """The newest posts of the whole forum, and private messages; answers go under what they answer."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.base, self.username = base_of(login.settings), str(login.settings.get("username", ""))
        keys = {"Api-Key": login.secrets.get("key", ""), "Api-Username": self.username}
        self.web = Web(self.base.partition("://")[2], self.base, lambda: keys, look=_look)

    def me(self) -> Who:
        with self._reading(now_us()):
            found = dig(self.web.get(f"/u/{self.username}.json"), "user")
        if text(found, "username").casefold() != self.username.casefold():
            raise Expired(f"{self.web.name} knows nobody called {self.username}.")
        host = self.web.name
        return Who(external=f"{self.username.casefold()}@{host}", handle=f"@{self.username}",
                   name=text(found, "name", most=120) or self.username)  # fmt: skip

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        with self._reading(at):
            posts = self._newest(whole(cursor, "last"))
            private = self._private(cursor, at)
        known = dict(cursor.get("seen", {}))
        items = [seen(one, self.login.settings, at=at) for one in [*posts, *private] if _changed(one, known)]
        gone = [Seen(name, "comment", at, deleted=True) for name in _missing(posts, known)]
        known = {name: mark for name, mark in known.items() if name not in {one.external for one in gone}}
        known |= {str(whole(one, "id")): version(one) for one in posts if whole(one, "id")}
        newest = sorted(known.items(), key=lambda pair: int(pair[0]))[-KEPT:]
        last = max([whole(cursor, "last") or 0, *(whole(one, "id") or 0 for one in posts)])
        kept = {**cursor, "seen": dict(newest), "last": last}
        return Heard(tuple([one for one in items if one] + gone), kept | {"private_us": at})

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        last = whole(cursor, "last") or 0
        with self._reading(at):
            found = self.web.get("/search.json", q=f"{words} order:latest")
        titles = {whole(one, "id"): text(one, "title", most=300) for one in rows(found, "topics")}
        posts = [
            {**one, "topic_title": titles.get(whole(one, "topic_id"), ""), "cooked": dig(one, "blurb")}
            for one in rows(found, "posts")
            if (whole(one, "id") or 0) > last
        ]
        items = [seen(one, self.login.settings | {"scope": "", "username": ""}, at=at) for one in posts]
        return Heard(tuple(one for one in items if one), {"last": max([last, *(whole(p, "id") or 0 for p in posts)])})

    def say(self, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._say(saying))

    def find(self, saying: Saying) -> Said | None:
        with self._reading(saying.now or saying.at):
            if not saying.reply_to and not saying.private:
                return self._find_topic(saying)
            done = self.web.get("/user_actions.json", username=self.username, filter="4,5", limit=60)
            for one in rows(done, "user_actions"):
                if (when(one, "created_at") or 0) < saying.at - MINUTE:
                    return None
                number = whole(one, "post_id")
                if number and _bare(self._raw(number)) == _bare(saying.text):
                    return _said(one | {"id": number}, self.base)
        return Said("unknown", reply="Too much was said since to be sure.")

    def edit(self, external: str, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        body = {"post": {"raw": saying.text}}
        return said(lambda: _said(dig(self.web.ask("PUT", f"/posts/{external}.json", json_=body).said, "post"),
                                  self.base))  # fmt: skip

    def remove(self, external: str) -> bool:
        with self._reading(now_us()):
            try:
                self.web.ask("DELETE", f"/posts/{external}.json")
            except Rejected as problem:
                if problem.status in (404, 410):
                    return False
                raise
        return True

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        counted = {}
        with self._reading(now_us()):
            for name in externals[:50]:
                if (post := self._post(name)) and (item := seen(post, self.login.settings, at=self.web.at)):
                    counted |= {} if item.deleted else {name: item.metrics}
        return counted

    def _reading(self, at: int):
        self.web.at = at
        return reading()

    def _newest(self, last: int | None) -> list[Mapping[str, Any]]:
        """Posts since the last one, and at least the newest fifty."""
        found: dict[int, Mapping[str, Any]] = {}
        before: int | None = None
        for _page in range(PAGES):
            page = [
                one for one in rows(self.web.get("/posts.json", before=before), "latest_posts") if whole(one, "id")
            ]
            found |= {whole(one, "id") or 0: one for one in page}
            oldest = min((whole(one, "id") or 0 for one in page), default=0)
            if last is None or len(page) < 20 or oldest <= last or oldest == before:
                break
            before = oldest
        return list(found.values())

    def _private(self, cursor: Mapping[str, Any], at: int) -> list[Mapping[str, Any]]:
        """Posts of private topics that were written to since we looked."""
        since = whole(cursor, "private_us") or at - 3 * 86_400_000_000
        try:
            topics = rows(self.web.get(f"/topics/private-messages/{self.username}.json"), "topic_list", "topics")
        except Rejected:  # the forum has them switched off
            return []
        found = []
        for one in [one for one in topics if (when(one, "last_posted_at") or 0) >= since][:10]:
            topic = self.web.get(f"/t/{whole(one, 'id')}.json")
            about = {"topic_archetype": "private_message", "topic_title": text(topic, "title", most=300)}
            found += [{**post, **about} for post in rows(topic, "post_stream", "posts")[-20:]]
        return found

    def _say(self, saying: Saying) -> Said:
        with harmless():
            words = saying.text + "".join(f"\n\n{self._upload(one)}" for one in saying.pictures)
            post = self._post(saying.reply_to) if saying.reply_to else None
        form: dict[str, Any] = {"raw": words}
        if post:
            form |= {"topic_id": whole(post, "topic_id"), "reply_to_post_number": whole(post, "post_number")}
        elif saying.private:
            to = saying.to.partition("@")[0]
            title = saying.title or "A message for you"
            form |= {"title": title, "target_recipients": to, "archetype": "private_message"}
        else:
            category = str(self.login.settings.get("category") or "")
            form |= {"title": saying.title, "external_id": _mark(saying)} | (
                {"category": category} if category else {}
            )
        try:
            return _said(self.web.ask("POST", "/posts.json", json_=form).said, self.base)
        except Rejected as problem:
            if problem.status == 422 and "similar" in str(problem):  # an earlier try of ours may have arrived
                return Said("unknown", code="422", reply=str(problem))
            raise

    def _find_topic(self, saying: Saying) -> Said | None:
        """A topic of ours carries a number of ours: the forum itself knows it by that."""
        try:
            topic = self.web.get(f"/t/external_id/{_mark(saying)}.json")
        except Rejected as problem:
            if problem.status == 404:
                return None
            raise
        return _said(dig(topic, "post_stream", "posts", 0), self.base)

    def _post(self, external: str) -> Mapping[str, Any] | None:
        try:
            return self.web.get(f"/posts/{external}.json")
        except Rejected as problem:
            if problem.status in (404, 403, 410):
                return None
            raise

    def _raw(self, number: int) -> str:
        return text(self._post(str(number)), "raw")

    def _upload(self, picture: Picture) -> str:
        name = f"picture.{picture.type.rpartition('/')[2] or 'png'}"
        parts = [Part("type", b"composer"), Part("synchronous", b"true"),
                 Part("file", picture.content, name, picture.type)]  # fmt: skip
        found = self.web.ask("POST", "/uploads.json", parts=parts).said
        if not (short := text(found, "short_url", most=300)):
            raise Broken(f"{self.web.name} took the picture and does not say where it is.", sent=False)
        alt = re.sub(r"[\[\]|\n]", " ", picture.alt)
        return f"![{alt}]({short})"


def _look(status: int, said: Any, headers: Mapping[str, str]) -> None:
    """A wrong key is a 403 here (error_type invalid_access without a user)."""
    if status == 403 and "api" in text(said, "errors", 0).casefold() + text(said, "error_type").casefold():
        raise Expired("The forum no longer accepts our key. Connect it anew.")


def _changed(post: Any, known: Mapping[str, str]) -> bool:
    return known.get(str(whole(post, "id"))) != version(post) or text(post, "topic_archetype") == "private_message"


def _missing(posts: list[Mapping[str, Any]], known: Mapping[str, str]) -> list[str]:
    """Posts that stood between those we see and stand there no more: taken down, or hidden from us."""
    ids = [whole(one, "id") or 0 for one in posts]
    there = {str(one) for one in ids}
    if not ids:
        return []
    return [name for name in known if int(name) > min(ids) and name not in there]


def _mark(saying: Saying) -> str:
    """Our own number for a topic (external_id takes 50 letters, digits and dashes)."""
    return "regulars-" + sha256(saying.key.encode()).hexdigest()[:32]


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()


def _said(post: Any, base: str) -> Said:
    number = whole(post, "id")
    if number is None:
        return Said("unknown", reply="The forum took it, but does not say what it became.")
    topic, place = whole(post, "topic_id"), whole(post, "post_number") or 1
    return Said("handed_off", str(number), f"{base}/t/{text(post, 'topic_slug') or 'topic'}/{topic}/{place}")
