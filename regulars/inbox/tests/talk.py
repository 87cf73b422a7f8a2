"""A small network for tests: accounts, authors and what they say, as the tables of channels keep it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from regulars.channels.networks.models import Account, Author, Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core.clock import to_us
from regulars.core.signals import send
from regulars.inbox.loops import take_due
from regulars.inbox.models import Case

MONDAY = to_us(datetime(2026, 9, 21, 9, 0, tzinfo=ZoneInfo("Europe/London")))


def account(kind: str = "mastodon", **more: Any) -> Account:
    return Account.objects.create(kind=kind, name=kind, connected_by="user:1", created_us=MONDAY, **more)


def author(name: str = "ada", network: str = "mastodon", **more: Any) -> Author:
    return Author.objects.get_or_create(
        network=network,
        external=name,
        defaults={"handle": f"@{name}", "name": name.title(), "first_us": MONDAY, "last_us": MONDAY, **more},
    )[0]


def said(external: str, text: str = "Where is my order?", *, at: int = MONDAY, by: str = "ada", **more: Any) -> Item:
    """Something said to us on the first account, in public, unless told otherwise."""
    if "account_id" not in more:
        more["account_id"] = (Account.objects.order_by("id").first() or account()).id
    values = {
        "kind": "mention",
        "public": True,
        "to_us": True,
        "thread": external,
        "at": at,
        "seen_us": at,
        "read_us": at,
        "measured_us": at,
        **more,
    }
    who = None if values.get("ours") else author(by).id
    return Item.objects.create(external=external, text=text, author_id=who, **values)


def hear(*items: Item, at: int = MONDAY) -> None:
    """The network tells us of them, and the loop takes them in."""
    send(ItemsChanged(tuple(item.id for item in items), at))
    take_all(at)


def take_all(at: int = MONDAY) -> None:
    while take_due(at):
        pass


def change(item: Item, *, at: int, **values: Any) -> None:
    Item.objects.filter(id=item.id).update(**values)
    hear(item, at=at)


def conversation() -> Case:
    return Case.objects.get(account_id__isnull=False, merged_into=None)
