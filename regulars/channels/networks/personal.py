"""What accounts on networks hold of people: who spoke, what they said, what we answered them.

Only an author who is proven to be a person is theirs; what strangers said is kept for as long as the account says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from regulars.channels.networks.erased import author_mark, forget_in_cursors, item_mark
from regulars.channels.networks.models import Attempt, Author, Item, Post, PostState
from regulars.core.plugs import PersonalTable, register


def _authors(node_ids: Sequence[int]) -> QuerySet[Author]:
    return Author.objects.filter(node_id__in=node_ids)


def _items(node_ids: Sequence[int]) -> QuerySet[Item]:
    return Item.objects.filter(author_id__in=_authors(node_ids).values("id"))


def _posts(node_ids: Sequence[int]) -> QuerySet[Post]:
    """What we said to them, in private or below what they said."""
    theirs = Q(author_id__in=_authors(node_ids).values("id")) | Q(item_id__in=_items(node_ids).values("id"))
    return Post.objects.filter(theirs)


def _export_authors(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_authors(node_ids).order_by("id").values("network", "external", "handle", "name", "url", "proof"))


def _export_items(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_items(node_ids).order_by("id").values("kind", "public", "title", "text", "url", "stars", "at"))


def _export_posts(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_posts(node_ids).order_by("id").values("purpose", "public", "text", "url", "handed_us"))


GONE = {"title": "", "text": "", "language": "", "url": "", "stars": None, "media": [], "facts": {}, "metrics": {}}


def _forget_items(node_ids: Sequence[int], at: int) -> int:
    """Their words go; a keyed hash stays where the network's name of them was, also as thread or parent of others."""
    list(_authors(node_ids).select_for_update().values_list("id"))  # who takes in more of them waits, and refuses it
    theirs = list(_items(node_ids).values_list("id", "account_id", "external", "thread"))
    theirs += _answers(theirs)
    names = dict(_authors(node_ids).values_list("external", "network"))
    forget_in_cursors(set(names.values()), {*names, *(external for _, _, external, _ in theirs)})
    for number, account, external, thread in theirs:
        mark = item_mark(account, external)
        same = [thread, item_mark(account, thread), external]
        Item.objects.filter(id=number).update(**GONE, external=mark, deleted_us=at)
        Item.objects.filter(account_id=account, thread__in=same, parent=external).update(parent=mark)
        Item.objects.filter(account_id=account, thread=external).update(thread=mark)
    for account, thread in {row[1::2] for row in theirs if not row[3].startswith("erased:")}:  # who it is with
        Item.objects.filter(account_id=account, public=False, thread=thread).update(thread=item_mark(account, thread))
    return len(theirs)


def _answers(theirs: Sequence[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """What we answered them, as the networks show it: below their words, and in private conversations of theirs."""
    found: list[tuple[int, int, str, str]] = []
    for account in {account for _, account, _, _ in theirs}:
        below = [external for _, owner, external, _ in theirs if owner == account]
        threads = [thread for _, owner, _, thread in theirs if owner == account]
        to_them = Q(parent__in=below) | Q(public=False, thread__in=threads)
        ours = Item.objects.filter(to_them, account_id=account, ours=True)
        found += ours.values_list("id", "account_id", "external", "thread")
    return found


def _forget_posts(node_ids: Sequence[int], at: int) -> int:
    """What waited to be said to them is not said; what was said stays said, without its words."""
    theirs = _posts(node_ids)
    theirs.filter(state__in=(PostState.HELD, PostState.PLANNED)).update(state=PostState.CANCELLED)
    Attempt.objects.filter(post_id__in=theirs.values("id")).update(reply="")
    return theirs.update(title="", text="", facts={}, trouble="", examined={}, look_us=None)


def _forget_authors(node_ids: Sequence[int], at: int) -> int:
    gone = {"handle": "", "name": "", "url": "", "avatar": "", "followers": None, "node_id": None, "proof": ""}
    theirs = list(_authors(node_ids).values_list("id", "network", "external"))
    for number, network, external in theirs:
        mark = author_mark(network, external)
        Author.objects.filter(id=number).update(**gone, external=mark, proved_by="", proved_us=None)
    return len(theirs)


register(  # erased from the last to the first: an author is needed to find the others
    PersonalTable(
        table="channels_author",
        room="channels",
        holds="their names on networks",
        export=_export_authors,
        erase=_forget_authors,
    ),
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
)
