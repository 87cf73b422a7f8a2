"""Posts and comments of a page as items: pure. Shapes: developers.facebook.com/docs/graph-api/reference"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web, when, whole
from regulars.channels.networks.graph_reading import gone, sent, who
from regulars.channels.networks.shape import Seen

COMMENT = "id,message,created_time,from{id,name,picture},permalink_url,parent{id},is_hidden,attachment,like_count"
POST = f"id,message,created_time,updated_time,from{{id,name}},permalink_url,full_picture,shares,status_type," \
       f"comments.limit(100).filter(stream).order(reverse_chronological){{{COMMENT}}}"  # fmt: skip


def post(said: Any, *, page: str, at: int, to_us: bool = False) -> Seen | None:
    """A post on the page, or one that tags it."""
    external = text(said, "id", most=100)
    if not external:
        return None
    author = who(dig(said, "from"))
    ours = author is not None and author.external == page
    picture = web(said, "full_picture")
    return Seen(
        external=external, kind="mention" if to_us else "post", at=when(said, "created_time") or at, who=author,
        text=text(said, "message"), to_us=not ours and (to_us or author is not None), ours=ours, thread=external,
        url=web(said, "permalink_url"), media=({"url": picture, "type": "image", "alt": ""},) if picture else (),
    )  # fmt: skip


def comment(said: Any, *, post_id: str, page: str, at: int) -> Seen | None:
    """A comment under a post. Each first comment begins a conversation of its own, so that each person has theirs."""
    external = text(said, "id", most=100)
    if not external:
        return None
    author = who(dig(said, "from"))
    ours = author is not None and author.external == page
    above = text(said, "parent", "id", most=100) or post_id
    likes, picture = whole(said, "like_count"), web(said, "attachment", "media", "image", "src")
    return Seen(
        external=external, kind="comment", at=when(said, "created_time") or at, who=author,
        text=text(said, "message"), to_us=not ours, ours=ours, thread=external if above == post_id else above,
        parent=above,
        url=web(said, "permalink_url"), metrics={"likes": likes} if likes is not None and likes >= 0 else {},
        media=({"url": picture, "type": "image", "alt": ""},) if picture else (),
        facts={"hidden": True} if dig(said, "is_hidden") is True else {},
    )  # fmt: skip


def called(entry: Mapping[str, Any], *, page: str, at: int) -> list[Seen]:
    """What one entry of a call says: changes of the feed, mentions, messages. Other pages' are left."""
    if text(entry, "id", most=60) != page:
        return []
    found = [_change(one, page, at) for one in rows(entry, "changes")]
    found += [sent(one, owner=page, at=at) for one in rows(entry, "messaging")]
    return [one for one in found if one]


def _change(change: Any, page: str, at: int) -> Seen | None:
    said, field = dig(change, "value"), text(change, "field")
    item, verb = text(said, "item"), text(said, "verb")
    if field == "mention" or (field == "feed" and item in ("status", "post", "photo", "video", "share")):
        like = {"id": text(said, "post_id"), "from": dig(said, "from"), "message": text(said, "message"),
                "created_time": dig(said, "created_time")}  # fmt: skip
        return (
            gone(like["id"], "post", at)
            if verb == "remove"
            else post(like, page=page, at=at, to_us=field == "mention")
        )
    if field != "feed" or item != "comment":
        return None
    if verb == "remove":
        return gone(text(said, "comment_id", most=100), "comment", at)
    thread = text(said, "post_id", most=100)
    like = {"id": text(said, "comment_id"), "from": dig(said, "from"), "message": text(said, "message"),
            "created_time": dig(said, "created_time"), "parent": {"id": text(said, "parent_id")}}  # fmt: skip
    seen = comment(like, post_id=thread, page=page, at=at)
    if seen is None or verb != "edited":
        return seen
    return Seen(**{**seen.__dict__, "edited_us": at})
