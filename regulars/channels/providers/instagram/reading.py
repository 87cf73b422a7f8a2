"""Comments and mentions of an Instagram account as items: pure. Shapes: IG Comment and IG Media of the Graph API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web, when, whole
from regulars.channels.networks.graph_reading import sent
from regulars.channels.networks.shape import Seen, Who

REPLY = "id,text,timestamp,username,from,hidden,like_count,parent_id"
COMMENT = f"{REPLY},replies.limit(50){{{REPLY}}}"
MEDIA = f"id,caption,permalink,timestamp,media_type,media_url,comments_count,comments.limit(50){{{COMMENT}}}"
TAGGED = "id,caption,permalink,timestamp,username,media_url"


def who(said: Any) -> Who | None:
    """An author: Instagram gives a number for this app, or only the name."""
    name = text(said, "from", "username", most=60) or text(said, "username", most=60)
    external = text(said, "from", "id", most=60) or (f"@{name}" if name else "")
    link = f"https://www.instagram.com/{name}/" if name else ""
    return Who(external, f"@{name}" if name else "", name, link) if external else None


def comments(media: Any, *, ig: str, name: str, at: int) -> list[Seen]:
    """The comments under a picture of ours, with their answers."""
    thread, found = text(media, "id", most=100), []
    for one in rows(media, "comments", "data"):
        found += [comment(one, thread, media, "", ig, name, at)]
        found += [
            comment(each, thread, media, text(one, "id"), ig, name, at) for each in rows(one, "replies", "data")
        ]
    return [one for one in found if one]


def comment(said: Any, thread: str, media: Any, parent: str, ig: str, name: str, at: int) -> Seen | None:
    """A comment. The conversation is that of the first comment, so that each person has their own."""
    external = text(said, "id", most=100)
    if not external:
        return None
    author, likes = who(said), whole(said, "like_count")
    ours = author is not None and (author.external == ig or (bool(name) and author.name == name))
    return Seen(
        external=external, kind="comment", at=when(said, "timestamp") or at, who=author, text=text(said, "text"),
        to_us=not ours, ours=ours, thread=parent or text(said, "parent_id", most=100) or external,
        parent=parent or text(said, "parent_id", most=100) or thread, title=text(media, "caption", most=120),
        url=web(media, "permalink"), metrics={"likes": likes} if likes is not None and likes >= 0 else {},
        facts={"media": thread, **({"hidden": True} if dig(said, "hidden") is True else {})},
    )  # fmt: skip


def tagged(media: Any, at: int) -> Seen | None:
    """A picture of somebody else that names us."""
    external = text(media, "id", most=100)
    if not external:
        return None
    picture = web(media, "media_url")
    return Seen(
        external=external, kind="mention", at=when(media, "timestamp") or at, who=who(media), to_us=True,
        text=text(media, "caption"), thread=external, url=web(media, "permalink"),
        media=({"url": picture, "type": "image", "alt": ""},) if picture else (),
    )  # fmt: skip


def called(entry: Mapping[str, Any], *, ig: str, at: int) -> list[Seen]:
    """What one entry of a call says: comments and messages; a mention names only ids and is read at the next turn."""
    if text(entry, "id", most=60) != ig:
        return []
    found: list[Seen | None] = [sent(one, owner=ig, at=at) for one in rows(entry, "messaging")]
    for change in rows(entry, "changes"):
        said = dig(change, "value")
        if text(change, "field") == "comments":
            like = {"id": text(said, "id"), "text": text(said, "text"), "from": dig(said, "from"),
                    "timestamp": dig(entry, "time"), "parent_id": text(said, "parent_id")}  # fmt: skip
            found.append(comment(like, text(said, "media", "id"), {}, "", ig, "", at))
    return [one for one in found if one]
