"""The kinds of networks there are: one folder of equal shape each, see shape.py."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from regulars.channels.networks.shape import Line, Login, Network, Room

KINDS: tuple[str, ...] = (
    "bluesky", "mastodon", "mailbox", "rss", "discourse", "youtube", "facebook", "instagram", "google", "x",
    "form", "box",
)  # fmt: skip
GIVEN: dict[str, Any] = {}  # kinds without a folder: {kind: what has NETWORK and open}; of tests and the demo


def module_of(kind: str) -> ModuleType | Any:
    """The folder of a kind. Raises KeyError for one that does not exist."""
    if kind in GIVEN:
        return GIVEN[kind]
    if kind not in KINDS:
        raise KeyError(kind)
    return import_module(f"regulars.channels.providers.{kind}")


def network(kind: str) -> Network:
    """What is known of a kind: its form, what it can, limits, prices, windows. Raises KeyError."""
    return module_of(kind).NETWORK


def networks() -> list[Network]:
    """Every kind, in the order people are offered them."""
    return [network(kind) for kind in KINDS]


def room_of(login: Login) -> Room:
    """What a text may be on this account, where accounts of a kind differ."""
    found = module_of(login.kind)
    return found.room(login) if hasattr(found, "room") else found.NETWORK.room


def may_hide(kind: str, *, thread: str, us: str) -> bool:
    """Whether what others say in a thread can be hidden there by us, as far as its name tells. Raises KeyError."""
    found = module_of(kind)
    return "hide" in found.NETWORK.can and (not hasattr(found, "may_hide") or found.may_hide(thread, us))


def open_line(login: Login) -> Line:
    """A line to an account; it connects when it is first asked."""
    return module_of(login.kind).open(login)


def used(login: Login, *, at: int) -> str:
    """What an account has used up of money or a quota, in words; "" where nothing ends."""
    found = module_of(login.kind)
    return found.used(login, at=at) if hasattr(found, "used") else ""
