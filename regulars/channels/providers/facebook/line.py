"""An open Facebook page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from regulars.channels.networks import graph
from regulars.channels.networks.dig import dig, rows, text, when, whole
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Expired, Heard, Login, Said, Saying, Seen, Who
from regulars.channels.networks.web import Part, Rejected, harmless, reading, said
from regulars.channels.providers.facebook.reading import COMMENT, POST, comment, message, post
from regulars.core.clock import DAY, MINUTE, now_us

MESSAGES = "id,updated_time,participants,messages.limit(25){id,created_time,from,to,message,attachments}"
LOOK_BACK_US = 7 * DAY


class PageLine(Plain):
    """The newest posts of the page with their comments, posts that tag it, and private messages."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.page, self.web, self.proof = (
            str(login.settings.get("page", "")),
            graph.graph_web("Facebook", login),
            graph.proof(login),
        )

    def me(self) -> Who:
        self.web.at = now_us()
        with reading():
            mine = self._get(f"/{self.page}", fields="id,name,username,link,picture")
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
            tagged = self._tagged()
            letters = self._letters(since)
        items = self._items(posts, at) + [
            one for each in tagged if (one := post(each, page=self.page, at=at, to_us=True))
        ]
        items += letters
        known, marks = cursor.get("seen", {}), {one.external: _mark(one) for one in items}
        gone = _gone(posts, known, items, at)
        fresh = [one for one in items if known.get(one.external) != marks[one.external]]
        kept = {name: mark for name, mark in marks.items() if mark[0] != "d"}
        return Heard(tuple(fresh + gone), {"since": at - 10 * MINUTE, "seen": kept})

    def say(self, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._careful(saying))

    def find(self, saying: Saying) -> Said | None:
        self.web.at = saying.now or saying.at
        with reading():
            if saying.private:
                found = graph.last_wrote(self.web, self.page, saying.to, "messenger", self.proof)[1]
            elif saying.reply_to:
                found = rows(self._get(f"/{saying.reply_to}/comments", fields=COMMENT, limit=100,
                                       order="reverse_chronological"), "data")  # fmt: skip
            else:
                found = rows(self._get(f"/{self.page}/feed", fields="id,message,created_time,from", limit=50), "data")
        for one in found:
            mine = (
                text(one, "from", "id") in (self.page, "") and (when(one, "created_time") or 0) >= saying.at - MINUTE
            )
            if mine and _bare(text(one, "message")) == _bare(saying.text):
                return Said("handed_off", text(one, "id", most=300))
        return None

    def edit(self, external: str, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._done(external, self._post(f"/{external}", {"message": saying.text})))

    def remove(self, external: str) -> bool:
        self.web.at = now_us()
        with reading():
            try:
                got = self.web.ask("DELETE", f"/{external}", params=self.proof).said
            except Rejected as problem:
                if whole(problem.said, "error", "code") == 100:  # there is no such object
                    return False
                raise
        return dig(got, "success") is not False

    def hide(self, external: str, *, hidden: bool) -> bool:
        self.web.at = now_us()
        with reading():
            got = self._post(f"/{external}", {"is_hidden": "true" if hidden else "false"})
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
            return self._get(f"/{name}", fields="shares,likes.summary(true).limit(0),comments.summary(true).limit(0)")
        except Rejected as problem:
            if whole(problem.said, "error", "code") == 100:
                return None
            raise

    # reading

    def _items(self, posts: list[Mapping[str, Any]], at: int) -> list[Seen]:
        found: list[Seen | None] = []
        for each in posts:
            thread = text(each, "id", most=100)
            found += [post(each, page=self.page, at=at)]
            found += [comment(one, post_id=thread, page=self.page, at=at) for one in rows(each, "comments", "data")]
        return [one for one in found if one]

    def _tagged(self) -> list[Mapping[str, Any]]:
        try:
            return rows(self._get(f"/{self.page}/tagged", limit=25,
                                  fields="id,message,created_time,from{id,name},permalink_url"), "data")  # fmt: skip
        except Rejected:  # the app was not given the right to it
            return []

    def _letters(self, since: int) -> list[Seen]:
        try:
            got = rows(
                self._get(f"/{self.page}/conversations", platform="messenger", limit=25, fields=MESSAGES), "data"
            )
        except Rejected:
            return []
        found = []
        for each in [one for one in got if (when(one, "updated_time") or 0) >= since]:
            others = [text(one, "id") for one in rows(each, "participants", "data") if text(one, "id") != self.page]
            found += [message(one, other=others[0] if others else text(each, "id"), owner=self.page, at=self.web.at)
                      for one in rows(each, "messages", "data")]  # fmt: skip
        return [one for one in found if one]

    # writing

    def _careful(self, saying: Saying) -> Said:
        try:
            return self._private(saying) if saying.private else self._public(saying)
        except Rejected as problem:
            if meant := graph.refused(problem):
                return meant
            raise

    def _private(self, saying: Saying) -> Said:
        with harmless():
            wrote, _ = graph.last_wrote(self.web, self.page, saying.to, "messenger", self.proof)
        body = graph.message(saying, wrote, self.web.at)
        if isinstance(body, Said):
            return body
        got = self.web.ask("POST", f"/{self.page}/messages", params=self.proof, json_=body).said
        external = text(got, "message_id", most=300)
        return (
            Said("handed_off", external)
            if external
            else Said("unknown", reply="Facebook does not say what it became.")
        )

    def _public(self, saying: Saying) -> Said:
        if saying.reply_to:
            return self._done("", self._post(f"/{saying.reply_to}/comments", {"message": saying.text}))
        with harmless():
            photos = [self._photo(one.content, one.type, one.alt) for one in saying.pictures]
        form = {"message": saying.text} | {
            f"attached_media[{n}]": f'{{"media_fbid":"{one}"}}' for n, one in enumerate(photos)
        }
        return self._done("", self._post(f"/{self.page}/feed", form))

    def _photo(self, content: bytes, kind: str, alt: str) -> str:
        parts = [Part("source", content, "picture", kind), Part("published", b"false"),
                 Part("alt_text_custom", alt.encode())]  # fmt: skip
        return text(self.web.ask("POST", f"/{self.page}/photos", params=self.proof, parts=parts).said, "id", most=100)

    def _done(self, external: str, got: Any) -> Said:
        external = external or text(got, "id", most=100)
        if not external:
            return Said("unknown", reply="Facebook took it, but does not say what it became.")
        return Said("handed_off", external, f"https://www.facebook.com/{external}")

    def _get(self, path: str, **asked: Any) -> Any:
        return self.web.get(path, **asked, **self.proof)

    def _post(self, path: str, form: Mapping[str, Any]) -> Any:
        return self.web.ask("POST", path, params=self.proof, form=form).said


def _mark(one: Seen) -> list[Any]:
    """What changes when it does; the first letter tells its kind."""
    said = f"{one.at} {one.text} {one.metrics.get('likes', 0)} {bool(one.facts.get('hidden'))}"
    return [one.kind[0], sha256(said.encode()).hexdigest()[:10]]


def _gone(posts: list[Mapping[str, Any]], known: Mapping[str, Any], items: list[Seen], at: int) -> list[Seen]:
    """Comments that stood under a post we see whole, and do not any more."""
    there = {one.external for one in items}
    whole_posts = {text(one, "id").rpartition("_")[2] for one in posts if len(rows(one, "comments", "data")) < 100}
    return [Seen(name, "comment", at, deleted=True) for name, mark in known.items()
            if mark[0] == "c" and name not in there and name.partition("_")[0] in whole_posts]  # fmt: skip


def _counts(said: Any) -> dict[str, int]:
    found = {"likes": whole(said, "likes", "summary", "total_count"), "reposts": whole(said, "shares", "count"),
             "replies": whole(said, "comments", "summary", "total_count")}  # fmt: skip
    return {name: number for name, number in found.items() if number is not None and number >= 0}


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()
