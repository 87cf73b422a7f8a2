"""What networks say, for tests: accounts, authors and items as taking would have written them."""

from __future__ import annotations

from itertools import count
from typing import Any

from regulars.channels.networks.models import Account, Author, Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core.signals import send
from regulars.social.actions.mentions import follow, match_again
from regulars.social.actions.topics import save_topic

_numbers = count(1)


def account(kind: str = "bluesky", name: str = "Northgate") -> Account:
    return Account.objects.create(kind=kind, name=name, connected_by="test", created_us=1)


def author(handle: str, at: int, **more: Any) -> Author:
    known = Author.objects.filter(network="bluesky", external=f"did:{handle}").first()
    return known or Author.objects.create(
        network="bluesky", external=f"did:{handle}", handle=handle, first_us=at, last_us=at, **more
    )


def fields(where: Account, handle: str, text: str, at: int, **more: Any) -> dict[str, Any]:
    """A row of channels_item; columns that other rooms add later have the time it was said."""
    number = next(_numbers)
    row = {
        "account_id": where.id, "external": f"at:{number}", "kind": "post", "public": True, "to_us": False,
        "thread": f"at:{number}", "author_id": author(handle, at).id if handle else None, "text": text, "at": at,
        "seen_us": at,
    }  # fmt: skip
    known = {field.name for field in Item._meta.local_fields}
    row |= {name: at for name in ("read_us", "measured_us") if name in known}
    return row | more


def say(where: Account, handle: str, text: str, at: int, **more: Any) -> Item:
    item = Item.objects.create(**fields(where, handle, text, at, **more))
    send(ItemsChanged((item.id,), at))
    return item


def change(item: Item, at: int, **more: Any) -> None:
    Item.objects.filter(id=item.id).update(**more)
    send(ItemsChanged((item.id,), at))


def topic(name: str, query: str, at: int, kind: str = "brand", **more: Any) -> int:
    return save_topic(name=name, kind=kind, query=query, by="user:1", at=at, **more)


def listen(at: int) -> None:
    """Everything the loops would do."""
    while follow(at=at):
        pass
    while match_again(at=at):
        pass
