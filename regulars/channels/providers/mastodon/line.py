"""An open Mastodon account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, when
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.plain import plain
from regulars.channels.networks.shape import Expired, Heard, Login, Picture, Said, Saying, Seen, Unreachable, Who
from regulars.channels.networks.web import Rejected, harmless, reading, said
from regulars.channels.providers.mastodon.guarded import Client
from regulars.channels.providers.mastodon.reading import address, bare, limits, metrics, order, seen, who
from regulars.core.clock import DAY, MINUTE, now_us

PAGE = 40
LOOK_AGAIN_US = 10 * MINUTE
WATCHED, WATCHED_US = 60, 7 * DAY
ROOTS = 300
SINGLE = 15  # statuses asked for one by one, where a server cannot tell several


class MastodonLine(Plain):
    """Notifications and what we said ourselves; answers keep the audience of what they answer."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.server = str(login.settings.get("server", "")).strip().rstrip("/")
        self.server = self.server if "://" in self.server else f"https://{self.server}"
        self.host = str(login.settings.get("host") or self.server.partition("://")[2])
        self.client: Client | None = None
        self.at = 0

    def me(self) -> Who:
        if not re.fullmatch(r"https?://[^\s/@]+", self.server):
            raise Unreachable(f"“{self.server.partition('://')[2][:80]}” is no server. Write only its name, like"
                              " mastodon.social.")  # fmt: skip
        with reading():
            try:
                account = self._call("account_verify_credentials")
            except Rejected as refused:
                if refused.status != 404:
                    raise
                raise Unreachable(f"{self.host} answers, but it is no Mastodon server.") from None
        found = who(account, self.host)
        if found is None or not text(account, "id"):
            raise Expired(f"{self.host} does not say who we are. Look at the server's address.")
        self.state = {**self.state, "me": {"id": text(account, "id", most=60), "address": found.external}}
        self._learn()
        return found

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self.at = at
        with reading():
            if "me" not in self.state or at - self.state.get("learnt_us", 0) > DAY:
                self.me()
            kept = dict(cursor)
            told, more = self._notifications(kept)
            items = [*told, *self._own(kept), *self._again(kept)]
        return Heard(tuple(items), kept, more)

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self.at, since = at, cursor.get("since") or None
        with reading():
            if words.startswith("#") and words[1:].isalnum():
                found = self._call("timeline_hashtag", words[1:], min_id=since, limit=PAGE)
            else:
                found = dig(self._call("search_v2", words, result_type="statuses", resolve=False, min_id=since,
                                       limit=PAGE), "statuses")  # fmt: skip
            statuses = found if isinstance(found, list) else []
        items = tuple(one for status in statuses if (one := self._seen(status, "", False)))
        return Heard(items, _since(cursor, "since", [one.external for one in items]))

    def say(self, saying: Saying) -> Said:
        self.at = saying.now or saying.at
        return said(lambda: self._say(saying))

    def find(self, saying: Saying) -> Said | None:
        self.at, after = saying.now or saying.at, saying.at - MINUTE
        wanted, last = bare(saying.text), None
        with reading():
            for _page in range(5):
                page = self._statuses_of_ours(limit=PAGE, max_id=last)
                for status in page:
                    same = bare(plain(str(dig(status, "content")), links=False)) == wanted
                    same = same and text(status, "in_reply_to_id", most=60) == saying.reply_to
                    if same and (when(status, "created_at") or 0) >= after:
                        return _there(status)
                if len(page) < PAGE or (when(page[-1], "created_at") or 0) < after:
                    return None
                last = text(page[-1], "id", most=60)
        return Said("unknown", reply="Too much was said since to be sure.")

    def edit(self, external: str, saying: Saying) -> Said:
        self.at = saying.now or saying.at
        return said(lambda: self._edit(external, saying))

    def remove(self, external: str) -> bool:
        self.at = now_us()
        try:
            self._call("status_delete", external, writes=True)
        except Rejected as problem:
            if problem.status in (404, 410):
                return False
            with reading():
                raise
        return True

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        self.at, wanted = now_us(), list(externals)
        with reading():
            pages = [self._several(wanted[start : start + PAGE]) for start in range(0, len(wanted), PAGE)]
        return {text(one, "id", most=60): metrics(one) for page in pages for one in page}

    # reading

    def _notifications(self, kept: dict[str, Any]) -> tuple[list[Seen], bool]:
        since = kept.get("since")
        page = rows(self._call("notifications", types=["mention", "quote"], min_id=since, limit=PAGE))
        ids = [text(one, "id", most=60) for one in page]
        items: list[Seen] = []
        for one in reversed(page):
            items += self._thread(dig(one, "status"), kept)
        kept.update(_since(kept, "since", ids))
        watched = [[one.external, one.at] for one in items if one.to_us]
        kept["watch"] = _watched([*kept.get("watch", []), *watched], self.at)
        return items, len(page) >= PAGE

    def _thread(self, status: Any, kept: dict[str, Any]) -> list[Seen]:
        """What was said to us, and what it answers as far as that is not known."""
        roots, external = kept.setdefault("roots", {}), text(status, "id", most=60)
        parent = text(status, "in_reply_to_id", most=60)
        before: list[Any] = []
        if parent and parent not in roots:
            before = self._ancestors(external)
        root = roots.get(parent) or (text(before[0], "id", most=60) if before else parent) or external
        for known in [*(text(one, "id", most=60) for one in before), parent, external]:
            if known:
                roots[known] = root
        kept["roots"] = dict(list(roots.items())[-ROOTS:])
        found = [self._seen(one, root, False) for one in before] + [self._seen(status, root, True)]
        return [one for one in found if one]

    def _ancestors(self, external: str) -> list[Any]:
        try:
            return rows(self._call("status_context", external), "ancestors")
        except Rejected:  # it is gone already, or not for us
            return []

    def _own(self, kept: dict[str, Any]) -> list[Seen]:
        page = self._statuses_of_ours(limit=20, min_id=kept.get("own"))
        roots = kept.get("roots", {})
        found = [self._seen(one, roots.get(text(one, "in_reply_to_id", most=60), ""), False) for one in page]
        kept.update(_since(kept, "own", [text(one, "id", most=60) for one in page]))
        return [one for one in found if one]

    def _again(self, kept: dict[str, Any]) -> list[Seen]:
        """What was said to us lately, looked at again: a server tells of edits and deletions to nobody."""
        watched = kept.get("watch", [])
        if not watched or self.at - kept.setdefault("looked_us", self.at) < LOOK_AGAIN_US:
            return []
        kept["looked_us"] = self.at
        ids = [one[0] for one in watched]
        found = {text(one, "id", most=60): one for one in self._several(ids)}
        asked = ids if not self.state.get("single") else ids[-SINGLE:]
        gone = [one for one in asked if one not in found]
        kept["watch"] = [one for one in watched if one[0] not in gone]
        roots = kept.get("roots", {})
        again = [self._seen(one, roots.get(name, ""), True) for name, one in found.items() if name in ids]
        return [one for one in again if one] + [Seen(name, "mention", self.at, deleted=True) for name in gone]

    def _several(self, ids: list[str]) -> list[Any]:
        """Those statuses of them that are still there."""
        if not self.state.get("single"):
            try:
                return rows(self._call("statuses", ids))
            except Rejected:  # servers before 4.3 tell only one at a time
                self.state = {**self.state, "single": True}
        found = []
        for name in ids[-SINGLE:]:
            try:
                found.append(self._call("status", name))
            except Rejected as problem:
                if problem.status not in (404, 410):
                    raise
        return found

    def _statuses_of_ours(self, **more: Any) -> list[Any]:
        return rows(self._call("account_statuses", self._my("id"), exclude_reblogs=True, **more))

    def _seen(self, status: Any, root: str, to_us: bool) -> Seen | None:
        return seen(status, host=self.host, me=self._my("address"), at=self.at, root=root, to_us=to_us)

    # saying

    def _say(self, saying: Saying) -> Said:
        with harmless():
            parent = self._call("status", saying.reply_to) if saying.reply_to else None
            media = [self._upload(picture) for picture in saying.pictures]
        status = self._call(
            "status_post", _addressed(saying, address(dig(parent, "account"), self.host), self._my("address")),
            in_reply_to_id=saying.reply_to or None, media_ids=media or None, language=saying.language or None,
            visibility=_audience(saying, text(parent, "visibility")), spoiler_text=saying.title or None,
            idempotency_key=f"regulars:{saying.key}", writes=True,
        )  # fmt: skip
        return _there(status)

    def _edit(self, external: str, saying: Saying) -> Said:
        with harmless():
            before = self._call("status", external)
        kept = [text(one, "id", most=60) for one in rows(before, "media_attachments")]
        status = self._call("status_update", external, saying.text, media_ids=kept or None, writes=True)
        return _there(status)

    def _upload(self, picture: Picture) -> str:
        found = self._call("media_post", picture.content, picture.type, picture.alt or None, writes=True)
        return text(found, "id", most=60)

    # the server

    def _learn(self) -> None:
        try:
            self.state = {**self.state, "instance": limits(self._call("instance_v2"))}
        except Rejected:  # a server that knows only the first version, or none
            self.state = {**self.state, "instance": {}}
        self.state = {**self.state, "learnt_us": self.at or now_us()}

    def _my(self, what: str) -> str:
        if "me" not in self.state:
            self.me()
        return self.state["me"][what]

    def _call(self, name: str, *args: Any, writes: bool = False, **more: Any) -> Any:
        if self.client is None:
            self.client = Client(self.server, self.login.secrets.get("token", ""))
        return self.client.call(name, *args, at=self.at or now_us(), writes=writes, **more)


def _since(cursor: Mapping[str, Any], name: str, ids: Iterable[str]) -> dict[str, Any]:
    """The cursor with the newest id of them all; "0" when nothing was there, so that all that comes is new."""
    known = [one for one in [cursor.get(name) or "0", *ids] if one]
    return {**cursor, name: max(known, key=order)}


def _watched(watch: list[list[Any]], at: int) -> list[list[Any]]:
    lately = {name: said for name, said in watch if at - said < WATCHED_US}
    return [[name, said] for name, said in lately.items()][-WATCHED:]


def _addressed(saying: Saying, parent: str, ours: str) -> str:
    """The text with the name of who it is for: without it nobody is told, and a private one reaches nobody."""
    to = saying.to if saying.private else parent
    if not to or to == ours or f"@{to}".casefold() in saying.text.casefold():
        return saying.text
    return f"@{to} {saying.text}"


def _audience(saying: Saying, parent: str) -> str:
    """What is said in private stays there; an answer is never read by more people than its question."""
    if saying.private or parent == "direct":
        return "direct"
    return parent if parent in ("unlisted", "private") else "public"


def _there(status: Any) -> Said:
    external = text(status, "id", most=60)
    if not external:
        return Said("unknown", reply="The server took it, but does not say what it became.")
    return Said("handed_off", external, text(status, "url", most=600))
