"""What is known of things that were said before they are written into conversations: plain rows, one question a kind.

It is asked while other writers wait, so nothing is built that is not needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from regulars.channels.networks.erased import item_mark
from regulars.core import bulk

WHOLE_THREAD = 500
Thread = tuple[int, str]


class Saying(NamedTuple):
    """An item, as far as conversations need it."""

    id: int
    account_id: int
    external: str
    kind: str
    public: bool
    to_us: bool
    ours: bool
    thread: str
    parent: str
    author_id: int | None
    title: str
    text: str
    facts: Any
    at: int
    seen_us: int
    edited_us: int | None
    deleted_us: int | None
    hidden_us: int | None

    @property
    def automatic(self) -> bool:
        """Said by no person."""
        return "automatic" in self.facts and bool(json.loads(self.facts).get("automatic"))


class Known(NamedTuple):
    """The entry an item has already."""

    item_id: int
    id: int
    kind: str
    facts: str


class Carried(NamedTuple):
    """An answer of ours that went out through the house; `item_id`: what it was read back as, if that is noted."""

    id: int
    item_id: int | None


class Parent(NamedTuple):
    """What something answers: said by us, or by whom."""

    ours: bool
    author_id: int | None


class Placed(Protocol):
    """Whatever has a place in a thread: an item, or a saying."""

    account_id: int
    external: str
    thread: str


def thread_of(item: Placed) -> Thread:
    """The thread an item belongs to: its own, when it names none."""
    return item.account_id, item.thread or item.external


def origin_of(thread: Thread) -> str:
    """The origin of the conversation of a thread: a keyed hash, for names of threads hold their author's, and are
    hashed too when that author is erased; it is one origin before and after."""
    account, name = thread
    mark = name if name.startswith("erased:") else item_mark(account, name)
    return f"net:{account}:{mark.removeprefix('erased:')}"


def asks(item: Saying) -> bool:
    """Whether somebody wants a word of us: said to us, by a person, and still there."""
    return bool(
        item.to_us and not item.ours and item.deleted_us is None and item.hidden_us is None and not item.automatic
    )


PICKS = ", ".join(f"i.{name}" for name in Saying._fields)


def sayings(item_ids: Iterable[int]) -> list[Saying]:
    """These items, those that are there, in order of their numbers."""
    some, params = bulk.ids(item_ids)
    return [Saying(*row) for row in bulk.query(f"SELECT {PICKS} FROM channels_item i WHERE i.id IN {some}"
                                               " ORDER BY i.id", params)]  # fmt: skip


def rest_of(begun: Iterable[Thread], seen: set[int]) -> list[Saying]:
    """What else stands in these threads: the newest of very long ones, and whatever is said to us."""
    begun = list(begun)
    if not begun:
        return []
    threads, params = bulk.table({"account": "bigint", "thread": "text"}, begun)
    rows = bulk.query(
        f"SELECT {', '.join(Saying._fields)} FROM (SELECT {PICKS}, ROW_NUMBER() OVER (PARTITION BY i.account_id,"
        f" i.thread ORDER BY i.at DESC, i.id DESC) AS place FROM {threads} JOIN channels_item i"
        " ON i.account_id = v.account AND i.thread = v.thread WHERE i.deleted_us IS NULL) AS told WHERE place <= %s",
        [*params, WHOLE_THREAD],
    )
    return [found for found in (Saying(*row) for row in rows) if found.id not in seen]


def known(item_ids: Iterable[int]) -> dict[int, Known]:
    """{item: its entry}, where it has one."""
    some, params = bulk.ids(item_ids)
    rows = bulk.query(f"SELECT item_id, id, kind, facts FROM inbox_entry WHERE item_id IN {some}", params)
    return {row[0]: Known(*row) for row in rows}


def carried(ours: Sequence[Saying]) -> dict[int, Carried]:
    """Our answers that went out through the house and were read back, by item."""
    if not ours:
        return {}
    some, params = bulk.ids(item.id for item in ours)
    rows = bulk.query(
        "SELECT i.id, e.id, e.item_id FROM channels_item i JOIN channels_post p ON p.account_id = i.account_id"
        f" AND p.external = i.external JOIN inbox_entry e ON e.post_id = p.id WHERE i.id IN {some}",
        params,
    )
    return {item: Carried(entry, noted) for item, entry, noted in rows}


def parents(ours: Sequence[Saying]) -> dict[tuple[int, str], Parent]:
    """{(account, name on the network): what of ours answers it}."""
    places = {(item.account_id, item.parent) for item in ours if item.parent}
    if not places:
        return {}
    some, params = bulk.table({"account": "bigint", "parent": "text"}, places)
    rows = bulk.query(
        f"SELECT i.account_id, i.external, i.ours, i.author_id FROM {some} JOIN channels_item i"
        " ON i.account_id = v.account AND i.external = v.parent",
        params,
    )
    return {(account, name): Parent(*of) for account, name, *of in rows}


def answered_before(fresh: Sequence[Saying], seen: set[int]) -> list[Saying]:
    """Words of ours that were read before what they answer: only now it is known whom they answer."""
    places = {(item.account_id, item.external) for item in fresh}
    if not places:
        return []
    some, params = bulk.table({"account": "bigint", "external": "text"}, places)
    rows = bulk.query(
        f"SELECT {PICKS} FROM {some} CROSS JOIN channels_item i"
        " WHERE i.account_id = v.account AND i.parent = v.external AND i.ours",
        params,
    )
    return [found for found in (Saying(*row) for row in rows) if found.id not in seen]


def names(sayings: Iterable[Saying]) -> Mapping[int, str]:
    """{author: how they are called}."""
    some, params = bulk.ids({item.author_id for item in sayings if item.author_id})
    rows = bulk.query(f"SELECT id, name, handle FROM channels_author WHERE id IN {some}", params)
    return {number: f"{name} {handle}" for number, name, handle in rows}
