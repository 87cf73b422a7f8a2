"""Posts of a Discourse forum as items: pure. Shapes: docs.discourse.org, “List latest posts across topics”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from regulars.channels.networks.dig import dig, text, when, whole
from regulars.channels.networks.plain import plain
from regulars.channels.networks.shape import Seen, Who

REGULAR = 1  # post_type: 2 and 3 are notes of moderators and what the forum itself says


def seen(post: Any, settings: Mapping[str, Any], *, at: int, deleted: bool = False) -> Seen | None:
    """A post as an item; None for what is no post of a person."""
    number, topic = whole(post, "id"), whole(post, "topic_id")
    if number is None or (whole(post, "post_type") or REGULAR) != REGULAR:
        return None
    me, base = str(settings.get("username", "")).casefold(), base_of(settings)
    author, private = text(post, "username", most=60), text(post, "topic_archetype") == "private_message"
    gone = deleted or dig(post, "user_deleted") is True or bool(text(post, "deleted_at"))
    first = whole(post, "post_number") == 1
    said, changed = when(post, "created_at") or at, when(post, "updated_at")
    return Seen(
        external=str(number),
        kind="dm" if private else "post" if first else "comment",
        at=said,
        who=_who(post, author, base),
        text=plain(_html(post)),
        public=not private,
        to_us=author.casefold() != me and (private or _to_us(post, me, settings.get("scope") == "all" and first)),
        ours=bool(author) and author.casefold() == me,
        thread=f"topic:{topic}" if topic else str(number),
        title=text(post, "topic_title", most=300),
        url=f"{base}/t/{text(post, 'topic_slug') or 'topic'}/{topic}/{whole(post, 'post_number') or 1}",
        metrics=_metrics(post),
        edited_us=changed if changed and (whole(post, "version") or 1) > 1 else None,
        deleted=gone,
    )


def version(post: Any) -> str:
    """What changes when a post does."""
    return f"{whole(post, 'version') or 1}:{text(post, 'updated_at', most=40)}"


def base_of(settings: Mapping[str, Any]) -> str:
    """The forum's address without a slash at its end."""
    url = str(settings.get("url", "")).strip().rstrip("/")
    return url if "://" in url else f"https://{url}"


def _html(post: Any) -> str:
    found = dig(post, "cooked")
    return found if isinstance(found, str) else ""


def _to_us(post: Any, me: str, every: bool) -> bool:
    """Every new topic where the forum is ours; a mention; an answer to a post of ours."""
    answered = text(post, "reply_to_user", "username").casefold() == me
    mentions = re.search(rf"(?<![\w@])@{re.escape(me)}(?![\w-])", plain(_html(post)).casefold())
    return every or (bool(me) and (answered or bool(mentions)))


def _who(post: Any, author: str, base: str) -> Who | None:
    if not author:
        return None
    host = base.partition("://")[2]
    picture = text(post, "avatar_template", most=300).replace("{size}", "96")
    return Who(
        external=f"{author.casefold()}@{host}", handle=f"@{author}", name=text(post, "name", most=200) or author,
        url=f"{base}/u/{author}", avatar=urljoin(base + "/", picture) if picture else "",
    )  # fmt: skip


def _metrics(post: Any) -> dict[str, int]:
    found = {"replies": whole(post, "reply_count"), "views": whole(post, "reads"), "likes": _likes(post)}
    return {name: number for name, number in found.items() if number is not None and number >= 0}


def _likes(post: Any) -> int | None:
    """actions_summary counts per kind; 2 is a like."""
    actions = dig(post, "actions_summary")
    for one in actions if isinstance(actions, list) else []:
        if whole(one, "id") == 2:
            return whole(one, "count")
    return None
