"""What happened on the networks, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemsChanged:
    """These items are new, edited, deleted or were measured anew; sent in the transaction that wrote them."""

    item_ids: tuple[int, ...]
    at: int


@dataclass(frozen=True)
class PostsChanged:
    """These posts went out, failed, were confirmed, held or removed."""

    post_ids: tuple[int, ...]
    at: int


@dataclass(frozen=True)
class AuthorProved:
    """An author is now known to be a person, or no longer (`node_id` None)."""

    author_id: int
    node_id: int | None
    at: int
