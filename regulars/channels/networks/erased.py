"""What stays of erased people on networks: keyed hashes in place of names; by them they are refused.

An author's or item's `external` becomes "erased:<hash>". Bluesky's and Mastodon's addresses of posts hold their
author's id, so where others name such a post as thread or parent, the hash stands there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from regulars.channels.networks import cleaning
from regulars.channels.networks.models import Account, Author, Item
from regulars.core.crypto import digest


def author_mark(network: str, external: str) -> str:
    """What stands for an erased author."""
    return "erased:" + digest(f"author:{network}", external)


def item_mark(account_id: int, external: str) -> str:
    """What stands for something an erased author said."""
    return "erased:" + digest(f"item:{account_id}", external)


def refused_authors(network: str, externals: Iterable[str]) -> set[str]:
    """Those of these authors who were erased."""
    marks = {author_mark(network, name): name for name in externals}
    return {marks[mark] for mark in Author.objects.filter(network=network, external__in=list(marks))
            .values_list("external", flat=True)}  # fmt: skip


def masks(account_id: int, names: Iterable[str]) -> dict[str, str]:
    """{name as the network gives it: name as it is kept}: bounded, and hashed where it was an erased person's."""
    bounded = {name: cleaning.name_of(name, 400) for name in names if name}
    marks = {item_mark(account_id, kept): kept for kept in bounded.values()}
    gone = {
        marks[mark]: mark
        for mark in Item.objects.filter(account_id=account_id, external__in=list(marks)).values_list(
            "external", flat=True
        )
    }
    return {name: gone.get(kept, kept) for name, kept in bounded.items()}


def forget_in_cursors(networks: Set[str], names: Set[str]) -> None:
    """Take these authors and items out of the places that lines keep (what they look at again).

    Who reads such an account right now has lost the lease: what they bring is refused, and it is read anew.
    """
    for account in Account.objects.select_for_update().filter(kind__in=networks, archived_us=None).order_by("id"):
        kept = _without(account.cursor, names)
        if kept != account.cursor:
            Account.objects.filter(id=account.id).update(cursor=kept, leased_us=0)


def _without(value: Any, names: Set[str]) -> Any:
    """The same without list entries and keys that name one of them, alone or within an address."""
    if isinstance(value, Mapping):
        return {k: _without(v, names) for k, v in value.items() if not _is_of(k, names) and not _is_of(v, names)}
    if isinstance(value, list):
        return [_without(one, names) for one in value if not _is_of(one, names)]
    return value


def _is_of(value: Any, names: Set[str]) -> bool:
    if isinstance(value, list):
        return any(isinstance(one, str) and _is_of(one, names) for one in value)
    return isinstance(value, str) and (value in names or not names.isdisjoint(value.split("/")))
