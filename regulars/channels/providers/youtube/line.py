"""The comments of one channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web, when, whole
from regulars.channels.networks.google import TOKENS
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.renewing import signed_web
from regulars.channels.networks.shape import Expired, Heard, Login, Said, Saying, Seen, Who
from regulars.channels.networks.web import Rejected, harmless, reading, said
from regulars.channels.providers.youtube.quota import UNITS, Quota
from regulars.channels.providers.youtube.reading import bare, comment, counts, thread_of, video
from regulars.core.clock import DAY, MINUTE, from_us, now_us

API = "https://www.googleapis.com/youtube/v3"
PAGE = 100
TITLES = 200


class YouTubeLine(Plain):
    """The newest hundred threads, with what changed under them."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.quota = Quota(login.account_id, whole(login.settings, "units") or UNITS)
        self.web, self.keys = signed_web("YouTube", API, TOKENS, login, self.quota.look)

    def me(self) -> Who:
        self._now(now_us())
        with reading():
            mine = dig(self._list("/channels", part="snippet", mine="true"), "items", 0)
        channel = text(mine, "id", most=100)
        if not channel:
            raise Expired("This Google account has no YouTube channel.")
        self.state = {**self.state, "channel": channel}
        return Who(
            channel, text(mine, "snippet", "customUrl", most=100), text(mine, "snippet", "title", most=120),
            url=f"https://www.youtube.com/channel/{channel}",
            avatar=web(mine, "snippet", "thumbnails", "default", "url"),
        )  # fmt: skip

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        if "channel" not in self.state:
            self.me()
        self._now(at)
        with reading():
            got = self._list(
                "/commentThreads", part="snippet,replies", allThreadsRelatedToChannelId=self.state["channel"],
                order="time", maxResults=PAGE, textFormat="plainText",
            )  # fmt: skip
            threads = rows(got, "items")
            self._learn_titles({text(one, "snippet", "videoId", most=40) for one in threads})
            known, now, items = dict(cursor.get("threads", {})), {}, []
            for one in threads:
                name, count, _, top = thread_of(one)
                mark = [count, text(top, "snippet", "updatedAt", most=40), when(top, "snippet", "publishedAt") or at]
                now[name] = mark
                if known.get(name) != mark:
                    items += self._thread(one, at)
        return Heard(tuple(items + _gone(known, now, at)), {"threads": now})

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self._now(at)
        since = int(cursor.get("since") or at - 7 * DAY)
        if self.quota.searches_left() < 1:  # comments are read all the same
            return Heard(cursor=cursor, wait_us=self.quota.rest())
        with reading():
            got = self._list("/search", "search", part="snippet", q=words, type="video", order="date", maxResults=25,
                             publishedAfter=from_us(since).strftime("%Y-%m-%dT%H:%M:%SZ"))  # fmt: skip
        found = [one for each in rows(got, "items") if (one := video(each, at))]
        return Heard(tuple(found), {"since": max([since, *(one.at + 1_000_000 for one in found)])})

    def say(self, saying: Saying) -> Said:
        self._now(saying.now or saying.at)
        return said(lambda: self._say(saying))

    def find(self, saying: Saying) -> Said | None:
        self._now(saying.now or saying.at)
        page = None
        with reading():
            for _page in range(10):
                got = self._replies(_thread(saying.reply_to), page)
                for one in rows(got, "items"):
                    mine = text(one, "snippet", "authorChannelId", "value") == self._channel()
                    fresh = (when(one, "snippet", "publishedAt") or 0) >= saying.at - MINUTE
                    if mine and fresh and bare(text(one, "snippet", "textOriginal")) == bare(saying.text):
                        return _there(one)
                page = text(got, "nextPageToken", most=500) or None
                if page is None:
                    return None
        return Said("unknown", reply="There are too many answers under this comment to be sure.")

    def edit(self, external: str, saying: Saying) -> Said:
        self._now(saying.now or saying.at)
        body = {"id": external, "snippet": {"textOriginal": saying.text}}
        return said(lambda: _there(self._write("PUT", "/comments", body, part="snippet")))

    def remove(self, external: str) -> bool:
        return self._act("DELETE", "/comments", id=external)

    def hide(self, external: str, *, hidden: bool) -> bool:
        status = "rejected" if hidden else "published"
        return self._act("POST", "/comments/setModerationStatus", id=external, moderationStatus=status)

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        self._now(now_us())
        found: dict[str, Mapping[str, int]] = {}
        with reading():
            for start in range(0, len(externals), 50):
                ids = ",".join(externals[start : start + 50])
                for one in rows(self._list("/comments", part="snippet", id=ids, textFormat="plainText"), "items"):
                    found[text(one, "id")] = counts(one)
        return found

    def _thread(self, one: Any, at: int) -> list[Seen]:
        name, count, replies, top = thread_of(one)
        if count > len(replies):
            replies = rows(self._replies(name, None), "items")
        about = {"channel": self._channel(), "titles": self.state.get("titles", {}), "at": at}
        about["video"] = text(one, "snippet", "videoId", most=40)
        return [found for each in [top, *replies] if (found := comment(each, **about))]

    def _replies(self, parent: str, page: str | None) -> Any:
        return self._list("/comments", part="snippet", parentId=parent, maxResults=PAGE, textFormat="plainText",
                          pageToken=page)  # fmt: skip

    def _learn_titles(self, videos: set[str]) -> None:
        titles = dict(self.state.get("titles", {}))
        new = sorted(name for name in videos if name and name not in titles)[:50]
        if new:
            got = self._list("/videos", part="snippet", id=",".join(new))
            titles |= {name: "" for name in new}
            titles |= {text(one, "id"): text(one, "snippet", "title", most=300) for one in rows(got, "items")}
            self.state = {**self.state, "titles": dict(list(titles.items())[-TITLES:])}

    def _say(self, saying: Saying) -> Said:
        if not saying.reply_to:
            return Said("failed", reply="On YouTube we only answer comments; videos are not published from here.")
        with harmless():
            self.keys.access(at=self.web.at)
        body = {"snippet": {"parentId": _thread(saying.reply_to), "textOriginal": saying.text}}
        return _there(self._write("POST", "/comments", body, part="snippet"))

    def _act(self, method: str, path: str, **asked: Any) -> bool:
        self._now(now_us())
        with reading():
            try:
                self._write(method, path, None, **asked)
            except Rejected as problem:
                if problem.status == 404:
                    return False
                raise
        return True

    def _list(self, path: str, what: str = "list", **asked: Any) -> Any:
        self.quota.take(what)
        return self.web.get(path, **asked)

    def _write(self, method: str, path: str, body: Any, **asked: Any) -> Any:
        self.quota.take("write")
        return self.web.ask(method, path, params=asked, json_=body).said

    def _channel(self) -> str:
        if "channel" not in self.state:
            self.me()
        return self.state["channel"]

    def _now(self, at: int) -> None:
        self.web.at = self.quota.at = at


def _thread(external: str) -> str:
    """Answers stand under the first comment: the id of a reply begins with its thread's."""
    return external.partition(".")[0]


def _gone(known: Mapping[str, Any], now: Mapping[str, Any], at: int) -> list[Seen]:
    """Threads that stood among the newest hundred and do not any more, though older ones still do."""
    if not now:
        return []
    oldest = min(mark[2] for mark in now.values())
    names = [name for name, mark in known.items() if name not in now and (mark[2] > oldest or len(now) < PAGE)]
    return [Seen(name, "comment", at, deleted=True) for name in names]


def _there(answer: Any) -> Said:
    external = text(answer, "id", most=200)
    if not external:
        return Said("unknown", reply="YouTube took it, but does not say what it became.")
    return Said("handed_off", external)
