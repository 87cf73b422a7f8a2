"""An open X account. Each call takes its price from the purse first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.renewing import signed_web
from regulars.channels.networks.shape import Expired, Heard, Login, Picture, Said, Saying, Seen, Slower, Who
from regulars.channels.networks.web import Broken, Part, Rejected, harmless, reading, said
from regulars.channels.providers.x import TOKENS
from regulars.channels.providers.x.reading import FIELDS, counts, messages, posts
from regulars.channels.providers.x.spending import CREATE, MESSAGE, OWN, POST, USER, Purse, price_of
from regulars.core.clock import DAY, HOUR, MINUTE, now_us

API = "https://api.x.com/2"
MOST, LEAST = 100, 5  # posts of a page, as the API allows
AGAIN_US, WATCHED_US = DAY, 7 * DAY
DMS_EVERY_US = 15 * MINUTE


class XLine(Plain):
    """Mentions and private messages; posts, answers, hiding answers."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.web, self.keys = signed_web("X", API, TOKENS, login, _look)
        self.purse = Purse(login, 0)

    def me(self) -> Who:
        self._now(now_us())
        with reading():
            mine = dig(self._pay("/users/me", USER, **{"user.fields": "username,name,profile_image_url"}), "data")
        external = text(mine, "id", most=40)
        if not external:
            raise Expired("X does not say whose key this is. Connect it anew.")
        self.state = {**self.state, "me": external}
        handle = text(mine, "username", most=60)
        return Who(external, f"@{handle}", text(mine, "name", most=120), f"https://x.com/{handle}",
                   web(mine, "profile_image_url"))  # fmt: skip

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        me = self._me()
        self._now(at)
        kept = {"looked_us": at, **cursor}
        with reading():
            found, more = self._page(f"/users/{me}/mentions", kept, to_us=True)
            items = [*found, *self._messages(kept), *self._again(kept)]
        kept["watch"] = [[one.external, one.at] for one in found if one.to_us] + kept.get("watch", [])
        kept["watch"] = [pair for pair in kept["watch"] if at - pair[1] < WATCHED_US][:MOST]
        return Heard(tuple(items), kept, more)

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        self._now(at)
        if self.purse.left() < self.purse.cap // 2:  # what is left is for those who speak to us
            return Heard(cursor=cursor, wait_us=HOUR, asked=False)
        kept, before = dict(cursor), self.purse.paid
        with reading():
            found, more = self._page("/tweets/search/recent", kept, to_us=False, least=10, query=words)
        return Heard(tuple(found), kept, more, cost=self.purse.paid - before)

    def say(self, saying: Saying) -> Said:
        self._now(saying.now or saying.at)
        return said(lambda: self._write_to(saying) if saying.private else self._post(saying))

    def find(self, saying: Saying) -> Said | None:
        """Among our own posts since it was written down (own data: a fifth of the price)."""
        self._now(saying.now or saying.at)
        if saying.private:
            return Said("unknown", reply="Look into the private messages on X: they cannot be searched for it.")
        since = {"start_time": _rfc(saying.at - MINUTE), "max_results": MOST}
        with reading(), self.purse.paying(MOST * OWN) as bill:
            got = self.web.get(
                f"/users/{self._me()}/tweets", **since, **{"tweet.fields": "created_at,referenced_tweets"}
            )
            bill.real = OWN * len(rows(got, "data"))
        for one in rows(got, "data"):
            parent = next(
                (text(r, "id") for r in rows(one, "referenced_tweets") if text(r, "type") == "replied_to"), ""
            )
            if parent == saying.reply_to and _bare(text(one, "text")) == _bare(saying.text):
                return _there(one)
        full = len(rows(got, "data")) >= MOST
        return Said("unknown", reply="Too much was posted since to be sure.") if full else None

    def remove(self, external: str) -> bool:
        self._now(now_us())
        with reading():
            got = self.web.ask("DELETE", f"/tweets/{external}").said
        return dig(got, "data", "deleted") is True

    def hide(self, external: str, *, hidden: bool) -> bool:
        self._now(now_us())
        with reading():
            got = self.web.ask("PUT", f"/tweets/{external}/hidden", json_={"hidden": hidden}).said
        return dig(got, "data", "hidden") is hidden

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        self._now(now_us())
        posted = [name for name in externals if name.isdigit()]
        found: dict[str, Mapping[str, int]] = {name: {} for name in externals if not name.isdigit()}  # private
        with reading():
            for start in range(0, len(posted), MOST):
                some = posted[start : start + MOST]
                got = self._pay("/tweets", POST * len(some), ids=",".join(some), **{"tweet.fields": "public_metrics"})
                found |= {text(one, "id"): counts(one) for one in rows(got, "data")}
        return found

    # reading

    def _page(
        self, path: str, kept: dict[str, Any], *, to_us: bool, least: int = LEAST, **asked: Any
    ) -> tuple[list[Seen], bool]:
        """One page, as large as the purse allows; a further one follows where it left off."""
        size = min(MOST, self.purse.left() // (POST + USER))
        if size < least:
            raise Slower(self.purse.sentence(), self.purse.rest())
        asked |= {"max_results": size, "since_id": kept.get("since"), "pagination_token": kept.get("next"), **FIELDS}
        with self.purse.paying(size * (POST + USER)) as bill:
            got = self.web.get(path, **asked)
            bill.real = POST * len(rows(got, "data")) + USER * len(rows(got, "includes", "users"))
        found = posts(got, me=self._me(), to_us=to_us, at=self.web.at)
        ids = [text(one, "id", most=40) for one in rows(got, "data")]
        newest = max([kept.get("top") or "0", *ids], key=lambda one: (len(one), one))
        following = text(got, "meta", "next_token", most=200)
        kept |= {"top": newest, "next": following} if following else {"since": newest, "top": newest, "next": None}
        if kept.get("since") == "0":
            kept["since"] = None
        return found, bool(following)

    def _messages(self, kept: dict[str, Any]) -> list[Seen]:
        if self.web.at - kept.get("dms_us", 0) < DMS_EVERY_US:
            return []
        size = min(50, self.purse.left() // MESSAGE)
        if size < 1:
            return []
        asked = {"max_results": size, "event_types": "MessageCreate", "expansions": "sender_id",
                 "dm_event.fields": "id,text,created_at,sender_id,dm_conversation_id,event_type",
                 "user.fields": "username,name,profile_image_url"}  # fmt: skip
        with self.purse.paying(size * MESSAGE) as bill:
            try:
                got = self.web.get("/dm_events", **asked)
            except Rejected:  # the app was not given dm.read
                got = {}
            bill.real = MESSAGE * len(rows(got, "data"))
        kept["dms_us"] = self.web.at
        found = messages(got, me=self._me(), at=self.web.at)
        fresh = [one for one in found if one.at > kept.get("dms_last", 0)]
        kept["dms_last"] = max([kept.get("dms_last", 0), *(one.at for one in found)])
        return fresh

    def _again(self, kept: dict[str, Any]) -> list[Seen]:
        """What was said to us lately, once a day: X wants that deleted posts are forgotten."""
        watched = [name for name, _ in kept.get("watch", [])]
        if not watched or str(self.login.settings.get("again", "true")).lower() in ("false", "0", ""):
            return []
        if self.web.at - kept["looked_us"] < AGAIN_US - HOUR:
            return []
        kept["looked_us"] = self.web.at
        got = self._pay(
            "/tweets", POST * len(watched), ids=",".join(watched), **{"tweet.fields": "edit_history_tweet_ids"}
        )
        there = {text(one, "id") for one in rows(got, "data")}
        there |= {str(each) for one in rows(got, "data") for each in dig(one, "edit_history_tweet_ids") or []}
        named = {text(one, "resource_id") or text(one, "value") for one in rows(got, "errors")
                 if text(one, "type").endswith(("resource-not-found", "not-authorized-for-resource"))}  # fmt: skip
        gone = [name for name in watched if name not in there and name in named]
        kept["watch"] = [pair for pair in kept["watch"] if pair[0] not in gone]
        return [Seen(name, "mention", self.web.at, deleted=True) for name in gone]

    # writing

    def _post(self, saying: Saying) -> Said:
        with harmless():
            self.keys.access(at=self.web.at)
            media = [self._upload(picture) for picture in saying.pictures]
        body: dict[str, Any] = {"text": saying.text}
        body |= {"reply": {"in_reply_to_tweet_id": saying.reply_to}} if saying.reply_to else {}
        body |= {"media": {"media_ids": media}} if media else {}
        with self.purse.paying(price_of(saying.text)):
            try:
                return _there(dig(self.web.ask("POST", "/tweets", json_=body).said, "data"))
            except Rejected as problem:
                if problem.status == 403 and "duplicate" in str(problem).casefold():  # perhaps a try of ours
                    return Said("unknown", code="403", reply=str(problem))
                raise

    def _write_to(self, saying: Saying) -> Said:
        with self.purse.paying(CREATE):
            got = self.web.ask(
                "POST", f"/dm_conversations/with/{saying.to}/messages", json_={"text": saying.text}
            ).said
        external = text(got, "data", "dm_event_id", most=40)
        return (
            Said("handed_off", f"dm:{external}")
            if external
            else Said("unknown", reply="X does not say what it became.")
        )

    def _upload(self, picture: Picture) -> str:
        parts = [Part("media", picture.content, "picture", picture.type), Part("media_category", b"tweet_image")]
        got = self.web.ask("POST", "/media/upload", parts=parts).said
        if not (media := text(got, "data", "id", most=40)):
            raise Broken("X took the picture and does not say what it is called.", sent=False)
        if picture.alt:
            about = {"id": media, "metadata": {"alt_text": {"text": picture.alt[:1000]}}}
            self.web.ask("POST", "/media/metadata", json_=about)
        return media

    def _pay(self, path: str, most: int, **asked: Any) -> Any:
        with self.purse.paying(most):
            return self.web.get(path, **asked)

    def _me(self) -> str:
        if "me" not in self.state:
            self.me()
        return self.state["me"]

    def _now(self, at: int) -> None:
        self.web.at = self.purse.at = at


def _look(status: int, answer: Any, headers: Mapping[str, str]) -> None:
    """402: the credits that were bought are used up."""
    if status == 402:
        raise Slower("The credits of this X account are used up: buy more in its developer portal.", HOUR)


def _bare(words: str) -> str:
    """Links come back shortened, and answers begin with names: letters of the rest are compared."""
    kept = re.sub(r"https?://\S+", "", words)
    return re.sub(r"[\W_]+", "", re.sub(r"^(\s*@\w+)+", "", kept)).casefold()


def _rfc(at: int) -> str:
    from regulars.core.clock import from_us

    return from_us(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def _there(one: Any) -> Said:
    external = text(one, "id", most=40)
    if not external:
        return Said("unknown", reply="X took it, but does not say what it became.")
    return Said("handed_off", external, f"https://x.com/i/status/{external}")
