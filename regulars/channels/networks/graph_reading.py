"""Who writes through Meta, and private messages, as items: pure. Shapes: its Graph API reference."""

from __future__ import annotations

from typing import Any

from regulars.channels.networks.dig import dig, rows, text, web, when
from regulars.channels.networks.shape import Seen, Who


def who(said: Any) -> Who | None:
    """An author; Meta often names nobody."""
    external = text(said, "id", most=60)
    return (
        Who(external, name=text(said, "name", most=200), avatar=web(said, "picture", "data", "url"))
        if external
        else None
    )


def message(said: Any, *, other: str, owner: str, at: int) -> Seen | None:
    """A private message; the conversation is named by the person it is with."""
    external, author = text(said, "id", most=300), text(said, "from", "id", most=60)
    if not external:
        return None
    files = [f"[{text(one, 'mime_type', most=60) or 'attachment'}]" for one in rows(said, "attachments", "data")[:10]]
    return Seen(
        external=external, kind="dm", at=when(said, "created_time") or at, public=False, who=who(dig(said, "from")),
        text="\n".join(part for part in [text(said, "message"), *files] if part), to_us=author != owner,
        ours=author == owner, thread=f"dm:{other}",
    )  # fmt: skip


def sent(said: Any, *, owner: str, at: int) -> Seen | None:
    """A message as a call tells it (messaging[]); `is_echo`: it is ours."""
    external, echo = text(said, "message", "mid", most=300), dig(said, "message", "is_echo") is True
    if not external:
        return None
    author, to = text(said, "sender", "id", most=60), text(said, "recipient", "id", most=60)
    if dig(said, "message", "is_deleted") is True:
        return gone(external, "dm", at)
    files = [f"[{text(one, 'type', most=30) or 'attachment'}]" for one in rows(said, "message", "attachments")[:10]]
    return Seen(
        external=external, kind="dm", at=when(said, "timestamp") or at, public=False,
        who=Who(author) if author else None,
        text="\n".join(part for part in [text(said, "message", "text"), *files] if part), to_us=not echo, ours=echo,
        thread=f"dm:{to if echo else author}",
    )  # fmt: skip


def gone(external: str, kind: str, at: int) -> Seen | None:
    """The news that something is there no more."""
    return Seen(external, kind, at, deleted=True) if external else None
