"""The kinds of shops and tills that can be connected. Each is declared in its folder as KIND."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from regulars.events.sources.canonical import Item
from regulars.events.sources.deliveries import Account, Delivery

NAMES = ("shopify", "woocommerce", "square", "stripe", "webhook")


class Field(NamedTuple):
    """One thing the form asks for. Secrets are kept encrypted and never shown again."""

    name: str
    label: Any
    help: Any = ""
    secret: bool = False
    required: bool = False
    choices: Sequence[tuple[str, Any]] = ()


class Page(NamedTuple):
    """One page of an API: objects as deliveries, and the place of the next page (None: this was the last)."""

    objects: Sequence[Delivery]
    next: dict[str, Any] | None


class Asked(NamedTuple):
    """What a customer asked for through the shop: kind export, erase or erase_shop."""

    kind: str
    key: str
    customer: str
    email: str
    phone: str


@dataclass(frozen=True)
class Kind:
    """A kind of sender. Functions that ask the API raise what `asking.py` raises."""

    key: str
    label: Any
    fields: Sequence[Field]
    steps: Callable[[str], Sequence[str]]  # the address -> what to do there, step by step
    verify: Callable[[Delivery, Account], None]  # raises NotOurs
    read: Callable[[Delivery, Account], list[Item]]  # pure; raises Unreadable and ValueError
    clean: Callable[[dict[str, str]], Mapping[str, str]] = lambda given: {}  # settings as kept; raises ValueError
    is_ping: Callable[[Delivery], bool] = lambda _: False
    privacy: Callable[[Delivery], Asked | None] = lambda _: None
    streams: Sequence[str] = ()  # what can be asked for by time of change
    history: Sequence[str] = ()  # what the first connection brings in, in this order
    page: Callable[[Account, str, int, int, Mapping[str, Any]], Page] | None = None  # stream, since, until, place
    fetch: Callable[[Account, str, str, int], Delivery | None] | None = None  # object, key, at
    can_ask: Callable[[Account], bool] = lambda _: False
    register: Callable[[Account], Mapping[str, str]] | None = None  # -> secrets to keep
    makes_secret: bool = False  # the secret is ours to choose; else the sender shows it
    turned_away: int = 401  # what a delivery with a bad signature is answered


@cache
def kind_of(name: str) -> Kind | None:
    """The kind of this name; None for sources that send no webhooks."""
    return import_module(f"regulars.events.sources.{name}").KIND if name in NAMES else None


def all_kinds() -> Iterator[Kind]:
    """In the order in which they are offered."""
    return (kind_of(name) for name in NAMES)
