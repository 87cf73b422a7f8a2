"""Comments and videos as items: pure. Shapes: developers.google.com/youtube/v3/docs/comments#resource"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import clean, dig, rows, text, web, when, whole
from regulars.channels.networks.shape import Seen, Who

WATCH = "https://www.youtube.com/watch?v="


def comment(said: Any, *, channel: str, titles: Mapping[str, str], at: int, video: str = "") -> Seen | None:
    """A comment; None for what has no id. `video`: of its thread, which replies do not name."""
    external = text(said, "id", most=200)
    if not external:
        return None
    parent, thread = text(said, "snippet", "parentId", most=200), external.partition(".")[0]
    video = text(said, "snippet", "videoId", most=40) or video
    said_us, changed = when(said, "snippet", "publishedAt") or at, when(said, "snippet", "updatedAt")
    author = text(said, "snippet", "authorChannelId", "value", most=100)
    return Seen(
        external=external, kind="comment", at=said_us, who=_who(said, author), text=_words(said),
        to_us=author != channel, ours=bool(author) and author == channel, thread=parent or thread, parent=parent,
        title=titles.get(video, ""), url=f"{WATCH}{video}&lc={external}" if video else "",
        metrics=counts(said), edited_us=changed if changed and changed > said_us else None,
        facts={"video": video} if video else {},
    )  # fmt: skip


def _words(said: Any) -> str:
    return text(said, "snippet", "textOriginal") or text(said, "snippet", "textDisplay")


def _who(said: Any, author: str) -> Who | None:
    name = text(said, "snippet", "authorDisplayName", most=200)
    if not author and not name:
        return None
    return Who(
        external=author or f"name:{name}", handle=name if name.startswith("@") else "", name=name,
        url=web(said, "snippet", "authorChannelUrl"), avatar=web(said, "snippet", "authorProfileImageUrl"),
    )  # fmt: skip


def counts(said: Any) -> dict[str, int]:
    """Likes."""
    likes = whole(said, "snippet", "likeCount")
    return {"likes": likes} if likes is not None and likes >= 0 else {}


def video(found: Any, at: int) -> Seen | None:
    """A video that a search found."""
    external = text(found, "id", "videoId", most=40)
    if not external:
        return None
    channel, name = text(found, "snippet", "channelId", most=100), text(found, "snippet", "channelTitle", most=200)
    author = Who(channel, name=name, url=f"https://www.youtube.com/channel/{channel}") if channel else None
    return Seen(
        external=f"video:{external}", kind="post", at=when(found, "snippet", "publishedAt") or at, who=author,
        title=text(found, "snippet", "title", most=300), text=text(found, "snippet", "description"),
        thread=f"video:{external}", url=WATCH + external,
    )  # fmt: skip


def thread_of(said: Any) -> tuple[str, int, list[Mapping[str, Any]], Any]:
    """(id, how many replies, those that came along, the first comment) of a thread."""
    top = dig(said, "snippet", "topLevelComment")
    replies = rows(said, "replies", "comments")
    return text(said, "id", most=200), whole(said, "snippet", "totalReplyCount") or 0, replies, top


def bare(words: str) -> str:
    """A text as far as it survives YouTube's own cleaning."""
    return " ".join(clean(words).split())
