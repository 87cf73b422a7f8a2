"""The reviews of one location."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web, when
from regulars.channels.networks.google import TOKENS, reason_of
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.renewing import signed_web
from regulars.channels.networks.shape import Expired, Heard, Login, Said, Saying, Seen, Slower, Who
from regulars.channels.networks.web import Rejected, reading, said, wait_of
from regulars.core.clock import now_us

API = "https://mybusiness.googleapis.com/v4"
STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
PAGES = 20  # of fifty reviews, per reading
LOCATION = re.compile(r"accounts/[\w-]+/locations/[\w-]+")
ORIGINAL = re.compile(r"\(Original\)\n(.*)\Z", re.DOTALL)
TRANSLATED = "\n\n(Translated by Google)"


class ReviewsLine(Plain):
    """Reviews by when they were last changed; our answer is an item of its own."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.location = str(login.settings.get("location", "")).strip("/ ")
        self.web, self.keys = signed_web("Google", API, TOKENS, login, _look)

    def me(self) -> Who:
        if not LOCATION.fullmatch(self.location):
            raise Expired("Write the location as accounts/123/locations/456.")
        self.web.at = now_us()
        with reading():
            self.web.get(f"/{self.location}/reviews", pageSize=1)
        return Who(external=self.location, handle=self.location, name="Google reviews")

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self.web.at, since = at, int(cursor.get("since", 0))
        items: list[Seen] = []
        page, newest = None, since
        with reading():
            for _page in range(PAGES):
                got = self.web.get(
                    f"/{self.location}/reviews", pageSize=50, pageToken=page, orderBy="updateTime desc"
                )
                changed = [_changed(one) for one in rows(got, "reviews")]
                # the last moment is read again: two reviews may share it
                fresh = [one for one in rows(got, "reviews") if _changed(one) >= since]
                for one in fresh:
                    items += seen(one, self.location, at)
                newest = max([newest, *changed])
                page = text(got, "nextPageToken", most=2000) or None
                if page is None or len(fresh) < len(changed):
                    break
        known, items = dict(cursor.get("at", {})), items[::-1]
        marks = {one.external: _mark(one) for one in items}
        fresh_items = [one for one in items if known.get(one.external) != marks[one.external]]
        latest = {one.external: marks[one.external] for one in items if (one.edited_us or one.at) >= newest}
        return Heard(tuple(fresh_items), {"since": newest, "at": latest})

    def say(self, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._say(saying))

    def find(self, saying: Saying) -> Said | None:
        """An answer is one per review, so it is there when its words are."""
        self.web.at = saying.now or saying.at
        with reading():
            review = self.web.get(f"/{self._name(saying.reply_to)}")
        if text(review, "reviewReply", "comment").strip() != saying.text.strip():
            return None
        return Said("handed_off", f"{_bare(saying.reply_to)}:reply")

    def edit(self, external: str, saying: Saying) -> Said:
        self.web.at = saying.now or saying.at
        return said(lambda: self._put(_bare(external), saying.text))

    def remove(self, external: str) -> bool:
        self.web.at = now_us()
        with reading():
            try:
                self.web.ask("DELETE", f"/{self._name(external)}/reply")
            except Rejected as problem:
                if problem.status == 404:
                    return False
                raise
        return True

    def _say(self, saying: Saying) -> Said:
        if not saying.reply_to:
            return Said("failed", reply="On Google only reviews can be answered.")
        return self._put(_bare(saying.reply_to), saying.text)

    def _put(self, review: str, words: str) -> Said:
        if len(words.encode()) > 4096:
            return Said("failed", reply="Google takes 4096 bytes in an answer; this one is longer.")
        self.web.ask("PUT", f"/{self._name(review)}/reply", json_={"comment": words})
        return Said("handed_off", f"{review}:reply")

    def _name(self, external: str) -> str:
        return f"{self.location}/reviews/{_bare(external)}"


def seen(review: Mapping[str, Any], location: str, at: int) -> list[Seen]:
    """A review, and our answer to it where there is one."""
    external = text(review, "reviewId", most=200)
    if not external:
        return []
    said_us, changed = when(review, "createTime") or at, when(review, "updateTime")
    anonymous = dig(review, "reviewer", "isAnonymous") is True
    name = "" if anonymous else text(review, "reviewer", "displayName", most=200)
    author = Who(
        external="review:" + sha256(f"{location}/{external}".encode()).hexdigest()[:32],
        name=name or "Somebody on Google",
        avatar=web(review, "reviewer", "profilePhotoUrl"),
    )  # namesakes are several people: a reviewer is known by the review alone
    item = Seen(
        external=external, kind="review", at=said_us, who=author, text=original(text(review, "comment")), to_us=True,
        thread=external, stars=STARS.get(text(review, "starRating")),
        edited_us=changed if changed and changed > said_us else None,
    )  # fmt: skip
    reply = text(review, "reviewReply", "comment")
    if not reply:
        return [item]
    ours = Seen(
        external=f"{external}:reply", kind="reply", at=when(review, "reviewReply", "updateTime") or at, text=reply,
        ours=True, thread=external, parent=external,
    )  # fmt: skip
    return [item, ours]


def original(comment: str) -> str:
    """What the person wrote: Google puts its own translation before or behind it."""
    if found := ORIGINAL.search(comment):
        return found[1].strip()
    return comment.partition(TRANSLATED)[0].strip()


def _changed(review: Mapping[str, Any]) -> int:
    return when(review, "updateTime") or when(review, "createTime") or 0


def _mark(one: Seen) -> str:
    return sha256(f"{one.text}\0{one.stars}".encode()).hexdigest()[:12]


def _bare(external: str) -> str:
    """The review's id; nothing in it may lead to another address."""
    return re.sub(r"[^\w.~+=-]", "", external.removesuffix(":reply"))


def _look(status: int, answer: Any, headers: Mapping[str, str]) -> None:
    if status == 403 and reason_of(answer) in ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"):
        raise Slower("Google asks us to wait: its limit of requests is used up.", wait_of(headers, 0))
