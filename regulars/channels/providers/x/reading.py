"""Posts and private messages of X as items: pure. Shapes: docs.x.com/x-api/fundamentals/data-dictionary"""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any

from regulars.channels.networks.dig import clean, dig, rows, text, web, when, whole
from regulars.channels.networks.shape import Seen, Who

FIELDS = {
    "tweet.fields": "created_at,author_id,conversation_id,in_reply_to_user_id,lang,public_metrics,referenced_tweets,"
                    "attachments,entities,edit_history_tweet_ids,note_tweet",
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "username,name,profile_image_url,public_metrics,url",
    "media.fields": "type,url,preview_image_url,alt_text",
}  # fmt: skip
COUNTS = {"likes": "like_count", "reposts": "retweet_count", "replies": "reply_count", "quotes": "quote_count",
          "views": "impression_count"}  # fmt: skip


def posts(said: Any, *, me: str, to_us: bool, at: int) -> list[Seen]:
    """The posts of an answer, with their authors and pictures from its `includes`."""
    people = {text(one, "id"): one for one in rows(said, "includes", "users")}
    media = {text(one, "media_key"): one for one in rows(said, "includes", "media")}
    return [one for each in rows(said, "data") if (one := _post(each, people, media, me, to_us, at))]


def _post(one: Any, people: Mapping, media: Mapping, me: str, to_us: bool, at: int) -> Seen | None:
    external = text(one, "id", most=40)
    if not external:
        return None
    author, kinds = text(one, "author_id", most=40), {text(r, "type"): text(r, "id") for r in
                                                      rows(one, "referenced_tweets")}  # fmt: skip
    handle, ours = text(people.get(author), "username", most=60), bool(author) and author == me
    history = dig(one, "edit_history_tweet_ids")
    first = next((str(each) for each in history), external) if isinstance(history, list) else external
    said = when(one, "created_at") or at
    return Seen(
        external=first[:40], kind=_kind(kinds, to_us), at=said, who=who(people.get(author), author),
        text=unescape(text(one, "note_tweet", "text") or text(one, "text")), to_us=to_us and not ours, ours=ours,
        thread=text(one, "conversation_id", most=40) or external, parent=kinds.get("replied_to", ""),
        url=f"https://x.com/{handle or 'i'}/status/{external}", language=text(one, "lang", most=8),
        media=tuple(_media(one, media)), metrics=counts(one), edited_us=said if first != external else None,
        facts={} if first == external else {"now": external},
    )  # fmt: skip


def _kind(kinds: Mapping[str, str], to_us: bool) -> str:
    for name, kind in (("retweeted", "repost"), ("replied_to", "reply"), ("quoted", "quote")):
        if name in kinds:
            return kind
    return "mention" if to_us else "post"


def who(user: Any, author: str) -> Who | None:
    """An author."""
    handle = text(user, "username", most=60)
    return (
        Who(
            external=author, handle=f"@{handle}" if handle else "", name=text(user, "name", most=200),
            url=f"https://x.com/{handle}" if handle else "", avatar=web(user, "profile_image_url"),
            followers=whole(user, "public_metrics", "followers_count"),
        )
        if author
        else None
    )  # fmt: skip


def _media(one: Any, known: Mapping) -> list[Mapping[str, str]]:
    keys = dig(one, "attachments", "media_keys")
    found = [known.get(key) for key in keys[:8] if isinstance(key, str)] if isinstance(keys, list) else []
    parts = [
        {"url": web(each, "url") or web(each, "preview_image_url"), "type": text(each, "type", most=20),
         "alt": text(each, "alt_text", most=1000)}
        for each in found
    ]  # fmt: skip
    return [part for part in parts if part["url"]]


def counts(one: Any) -> dict[str, int]:
    """How many liked, reposted, answered, quoted and saw it."""
    found = {name: whole(one, "public_metrics", field) for name, field in COUNTS.items()}
    return {name: number for name, number in found.items() if number is not None and number >= 0}


def messages(said: Any, *, me: str, at: int) -> list[Seen]:
    """Private messages."""
    people = {text(one, "id"): one for one in rows(said, "includes", "users")}
    found = []
    for one in rows(said, "data"):
        external, author = text(one, "id", most=40), text(one, "sender_id", most=40)
        if external and text(one, "event_type") in ("", "MessageCreate"):
            found.append(Seen(
                external=f"dm:{external}", kind="dm", at=when(one, "created_at") or at, public=False,
                who=who(people.get(author), author), text=clean(unescape(text(one, "text"))), to_us=author != me,
                ours=author == me, thread="dm:" + (text(one, "dm_conversation_id", most=100) or author),
            ))  # fmt: skip
    return found
