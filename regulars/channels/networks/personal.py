"""What accounts on networks hold of people: who spoke, what they said, what we answered them.

Only an author who is proven to be a person is theirs; what strangers said is kept for as long as the account says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from regulars.channels.networks.models import Author, Item, Post
from regulars.core.plugs import PersonalTable, register


def _authors(node_ids: Sequence[int]) -> QuerySet[Author]:
    return Author.objects.filter(node_id__in=node_ids)


def _items(node_ids: Sequence[int]) -> QuerySet[Item]:
    return Item.objects.filter(author_id__in=_authors(node_ids).values("id"))


def _posts(node_ids: Sequence[int]) -> QuerySet[Post]:
    return Post.objects.filter(author_id__in=_authors(node_ids).values("id"))


def _export_authors(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_authors(node_ids).order_by("id").values("network", "external", "handle", "name", "url", "proof"))


def _export_items(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_items(node_ids).order_by("id").values("kind", "public", "title", "text", "url", "stars", "at"))


def _export_posts(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_posts(node_ids).order_by("id").values("purpose", "public", "text", "url", "handed_us"))


def _forget_items(node_ids: Sequence[int], at: int) -> int:
    gone = {"title": "", "text": "", "url": "", "media": [], "facts": {}, "external": "", "deleted_us": at}
    theirs = list(_items(node_ids).values_list("id", flat=True))
    for number in theirs:  # `external` is unique: what comes again of it is refused by the author's tombstone
        Item.objects.filter(id=number).update(**gone | {"external": f"erased:{number}"})
    return len(theirs)


def _forget_posts(node_ids: Sequence[int], at: int) -> int:
    return _posts(node_ids).update(title="", text="", url="", facts={}, trouble="")


def _forget_authors(node_ids: Sequence[int], at: int) -> int:
    return _authors(node_ids).update(handle="", name="", url="", avatar="", followers=None, node_id=None, proof="")


register(
    PersonalTable(
        table="channels_item",
        room="channels",
        holds="what the person said on networks",
        export=_export_items,
        erase=_forget_items,
    ),
    PersonalTable(
        table="channels_post",
        room="channels",
        holds="what we answered them there",
        export=_export_posts,
        erase=_forget_posts,
    ),
    PersonalTable(
        table="channels_author",
        room="channels",
        holds="their names on networks",
        export=_export_authors,
        erase=_forget_authors,
    ),
)
