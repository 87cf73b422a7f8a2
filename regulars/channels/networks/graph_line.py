"""What a line to a Facebook page and one to an Instagram account have in common: how Meta reads, says and counts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from regulars.channels.networks import graph
from regulars.channels.networks.dig import dig, rows, text, when, whole
from regulars.channels.networks.graph_reading import message
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Heard, Login, Said, Saying, Seen
from regulars.channels.networks.web import Rejected, harmless, reading, said
from regulars.core.clock import DAY, MINUTE, SECOND, now_us

MESSAGES = "id,updated_time,participants,messages.limit(25){id,created_time,from,to,message,attachments}"
LOOK_BACK_US = 7 * DAY
MISSING = 100  # the code of what does not exist


class GraphLine(Plain):
    """A child says who it is (`key`: the setting with our own id there) and publishes in its own way (`_public`)."""

    name: ClassVar[str]
    key: ClassVar[str]
    platform: ClassVar[str]  # whose private messages
    hiding: ClassVar[str]  # what a hidden comment is called
    counted: ClassVar[str]  # the fields that hold counts, and where in them each count stands
    counts: ClassVar[Mapping[str, tuple[str, ...]]]

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.us, self.page = str(login.settings.get(self.key, "")), str(login.settings.get("page", ""))
        self.web, self.proof = graph.graph_web(self.name, login), graph.proof(login)

    def _learn_end(self) -> None:
        """Tokens of a system user do not end; of one that does people are told two weeks ahead."""
        try:
            got = self._get("/debug_token", input_token=self.login.secrets.get("token", ""))
        except Rejected:  # this token may not ask
            return
        ends = whole(got, "data", "expires_at") or 0
        self.state = {**self.state, "expires_us": ends * SECOND if 0 < ends < 10**11 else None}

    def say(self, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._careful(saying))

    def find(self, saying: Saying) -> Said | None:
        self.web.at = saying.now or saying.at
        with reading():
            private = saying.private
            found = self._wrote(saying.to)[1] if private else self._where_it_would_be(saying)
        for one in found:
            words = text(one, "message") or text(one, "text") or text(one, "caption")
            fresh = (when(one, "created_time") or when(one, "timestamp") or 0) >= saying.at - MINUTE
            if fresh and self._is_ours(one) and _bare(words) == _bare(saying.text):
                return Said("handed_off", text(one, "id", most=300))
        return None

    def remove(self, external: str) -> bool:
        self.web.at = now_us()
        with reading():
            try:
                got = self.web.ask("DELETE", f"/{external}", params=self.proof).said
            except Rejected as problem:
                if is_missing(problem):
                    return False
                raise
        return dig(got, "success") is not False

    def hide(self, external: str, *, hidden: bool) -> bool:
        self.web.at = now_us()
        with reading():
            got = self._post(f"/{external}", {self.hiding: "true" if hidden else "false"})
        return dig(got, "success") is True

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        self.web.at = now_us()
        found: dict[str, Mapping[str, int]] = {}
        with reading():
            for name in externals:
                if not name.replace("_", "").isdigit():  # a private message: nothing is counted
                    found[name] = {}
                elif (got := self._still(name)) is not None:
                    numbers = {word: whole(got, *way) for word, way in self.counts.items()}
                    found[name] = {word: n for word, n in numbers.items() if n is not None and n >= 0}
        return found

    def _still(self, name: str) -> Any:
        """What was said, with its counts; None when it is gone. One at a time: a missing one spoils a batch."""
        try:
            return self._get(f"/{name}", fields=self.counted)
        except Rejected as problem:
            if is_missing(problem):
                return None
            raise

    # reading

    def _news(
        self, items: Sequence[Seen], cursor: Mapping[str, Any], *, seen_whole: Collection[str], at: int
    ) -> Heard:
        """What is new or changed, and the comments that stood below something we see whole and do not any more."""
        known, marks = cursor.get("seen", {}), {one.external: self._mark(one) for one in items}
        fresh = [one for one in items if known.get(one.external) != marks[one.external]]
        gone = [Seen(name, "comment", at, deleted=True) for name, mark in known.items()
                if mark[0] == "c" and name not in marks and mark[-1] in seen_whole]  # fmt: skip
        kept = {name: mark for name, mark in marks.items() if mark[0] != "d"}
        return Heard((*fresh, *gone), {"since": at - 10 * MINUTE, "seen": kept})

    def _mark(self, one: Seen) -> list[str]:
        """What changes when it does, between the first letter of its kind and what it stands below."""
        words = f"{one.at} {one.text} {one.metrics.get('likes', 0)} {bool(one.facts.get('hidden'))}"
        return [one.kind[0], sha256(words.encode()).hexdigest()[:10], self._below(one)]

    def _letters(self, since: int) -> list[Seen]:
        asked = {"platform": self.platform, "limit": 25, "fields": MESSAGES}
        found = []
        for each in self._maybe(f"/{self.page}/conversations", **asked):
            if (when(each, "updated_time") or 0) < since:
                continue
            people = [text(one, "id") for one in rows(each, "participants", "data")]
            other = next((one for one in people if one not in (self.us, self.page)), text(each, "id"))
            found += [message(one, other=other, owner=self.us, at=self.web.at)
                      for one in rows(each, "messages", "data")]  # fmt: skip
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
            return self._private(saying) if saying.private else self._public(saying)
        except Rejected as problem:
            if meant := graph.refused(problem):
                return meant
            raise

    def _private(self, saying: Saying) -> Said:
        with harmless():
            wrote, _ = self._wrote(saying.to)
        body = graph.message(saying, wrote, self.web.at)
        if isinstance(body, Said):
            return body
        got = self.web.ask("POST", f"/{self.page}/messages", params=self.proof, json_=body).said
        return self._done(text(got, "message_id", most=300))

    def _wrote(self, to: str) -> tuple[int, list]:
        return graph.last_wrote(self.web, self.page, to, self.platform, self.proof)

    def _done(self, external: str, url: str = "") -> Said:
        if not external:
            return Said("unknown", reply=f"{self.name} took it, but does not say what it became.")
        return Said("handed_off", external, url)

    def _get(self, path: str, **asked: Any) -> Any:
        return self.web.get(path, **asked, **self.proof)

    def _post(self, path: str, form: Mapping[str, Any]) -> Any:
        return self.web.ask("POST", path, params=self.proof, form=form).said

    # what a child says for itself

    def _public(self, saying: Saying) -> Said:
        raise NotImplementedError

    def _where_it_would_be(self, saying: Saying) -> list[Mapping[str, Any]]:
        raise NotImplementedError

    def _is_ours(self, one: Mapping[str, Any]) -> bool:
        return text(one, "from", "id") in (self.us, self.page, "")

    def _below(self, one: Seen) -> str:
        raise NotImplementedError


def is_missing(problem: Rejected) -> bool:
    """Whether there is no such thing (any more)."""
    return whole(problem.said, "error", "code") == MISSING


def _bare(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()
