"""What Mastodon says, as items: pure, whatever a server sends. Shapes: docs.joinmastodon.org/entities/Status"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web, when, whole
from regulars.channels.networks.plain import plain
from regulars.channels.networks.shape import Room, Seen, Who

LEADING = re.compile(r"^(?:\s*@[\w.-]+(?:@[\w.-]+)?)+")


def address(account: Any, host: str) -> str:
    """user@server: the same for everybody, whichever server tells."""
    acct = text(account, "acct", most=250).lower()
    return acct if not acct or "@" in acct else f"{acct}@{host}"


def who(account: Any, host: str) -> Who | None:
    """An author; None when nothing names them."""
    external = address(account, host)
    return (external and Who(
        external=external,
        handle=f"@{external}",
        name=text(account, "display_name", most=200) or external.partition("@")[0],
        url=web(account, "url"),
        avatar=web(account, "avatar_static"),
        followers=whole(account, "followers_count"),
        bot=dig(account, "bot") is True,
    )) or None  # fmt: skip


def kind(status: Any, *, to_us: bool) -> str:
    """dm, reply, quote, mention or post."""
    if text(status, "visibility") == "direct":
        return "dm"
    if text(status, "in_reply_to_id"):
        return "reply"
    return "mention" if to_us else "post"


def seen(status: Any, *, host: str, me: str, at: int, root: str = "", to_us: bool = False) -> Seen | None:
    """A status as an item; None for what has no id. `root`: what its thread begins with."""
    external = text(status, "id", most=60)
    if not external:
        return None
    author = who(dig(status, "account"), host)
    html = dig(status, "content")
    return Seen(
        external=external,
        kind=kind(status, to_us=to_us),
        at=when(status, "created_at") or at,
        who=author,
        text=plain(html if isinstance(html, str) else ""),
        title=text(status, "spoiler_text", most=300),
        public=text(status, "visibility") not in ("direct", "private"),
        to_us=to_us,
        ours=author is not None and author.external == me,
        thread=root or external,
        parent=text(status, "in_reply_to_id", most=60),
        url=web(status, "url"),
        language=text(status, "language", most=8),
        media=tuple(media(status)),
        metrics=metrics(status),
        edited_us=when(status, "edited_at"),
    )


def media(status: Any) -> list[Mapping[str, str]]:
    """Pictures and videos with what their author says of them."""
    return [
        {"url": web(one, "url"), "type": text(one, "type", most=20), "alt": text(one, "description", most=1500)}
        for one in rows(status, "media_attachments")[:16]
        if web(one, "url")
    ]


def metrics(status: Any) -> dict[str, int]:
    """How many liked, reposted and answered it."""
    names = {"likes": "favourites_count", "reposts": "reblogs_count", "replies": "replies_count"}
    found = {name: whole(status, field) for name, field in names.items()}
    return {name: number for name, number in found.items() if number is not None and number >= 0}


def limits(instance: Any) -> dict[str, Any]:
    """What this server allows, from its own description (/api/v2/instance or v1): servers differ."""
    said = dig(instance, "configuration")
    types = dig(said, "media_attachments", "supported_mime_types")
    pixels = [one for one in types if isinstance(one, str)][:60] if isinstance(types, list) else []
    return {
        "characters": whole(said, "statuses", "max_characters") or whole(instance, "max_toot_chars") or 500,
        "link": whole(said, "statuses", "characters_reserved_per_url") or 23,
        "pictures": whole(said, "statuses", "max_media_attachments") or 4,
        "picture_bytes": whole(said, "media_attachments", "image_size_limit"),
        "video_bytes": whole(said, "media_attachments", "video_size_limit"),
        "alt": whole(said, "media_attachments", "description_limit") or 1500,
        "types": [one for one in pixels if one.startswith("image/")],
    }


def room(said: Mapping[str, Any], default: Room) -> Room:
    """The same as the house knows it."""
    return Room(
        characters=said.get("characters") or default.characters,
        counts=default.counts,
        link_length=said.get("link") or default.link_length,
        pictures=said.get("pictures") or default.pictures,
        picture_bytes=said.get("picture_bytes") or default.picture_bytes,
        picture_types=tuple(said.get("types") or default.picture_types),
        alt_length=said.get("alt") or default.alt_length,
        video_bytes=said.get("video_bytes") or default.video_bytes,
    )


def bare(words: str) -> str:
    """A text as far as two servers agree on it: letters and digits, without the people it begins with."""
    return re.sub(r"[\W_]+", "", LEADING.sub("", words)).casefold()


def order(identity: str) -> tuple[int, str]:
    """Ids grow, but they are text."""
    return len(identity), identity
