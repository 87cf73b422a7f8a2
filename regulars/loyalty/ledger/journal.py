"""The journal: what was asked, in order. Played again into empty books it gives the same books, to the last unit.

`play` is pure but for its ears: it takes the rows of the journal and gives postings; `ledger.replay` writes them into
an empty database, `ledger.check` compares them with what is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from regulars.loyalty.ledger.kinds import Ask, post
from regulars.loyalty.ledger.purse import Book, HoldNow, LotNow, Posting, Purse

COLUMNS = ("id", "programme_id", "asset", "kind", "source", "external_id", "node_id", "occurred_us", "recorded_us",
           "actor", "rule_version", "reverses_id", "request_hash", "request")  # fmt: skip
NAMES_LOTS = {"giveback", "split", "grace"}


class Damaged(ValueError):
    """A line of the journal that cannot be posted again: the books or the journal were changed from outside."""


@dataclass
class World:
    """The books of everybody, in memory, of one programme and asset."""

    books: dict[int, Book] = field(default_factory=dict)
    lots: dict[int, LotNow] = field(default_factory=dict)
    open: dict[int, dict[int, LotNow]] = field(default_factory=dict)
    holds: dict[int, HoldNow] = field(default_factory=dict)

    def purse(self, nodes: list[int], ask: Ask) -> Purse:
        """What the posting saw: open lots, and those it names."""
        books = {node: self._book(node) for node in nodes}
        if len(nodes) == 1:
            lots = self.open.setdefault(nodes[0], {})
        else:
            lots = {id_: lot for node in nodes for id_, lot in self.open.get(node, {}).items()}
        if ask.kind in NAMES_LOTS:
            lots = lots | {id_: self.lots[id_] for id_ in _named(ask.what)}
        holds = self.holds
        if "hold" in ask.what and (hold := holds.get(ask.what["hold"])):
            lots = lots | {id_: self.lots[id_] for id_, _ in hold.parts}
        if ask.kind == "close":
            holds = {id_: hold for id_, hold in holds.items() if hold.node_id in books}
        return Purse(books, lots, holds)

    def _book(self, node: int) -> Book:
        book = self.books.get(node)
        if book is None:
            book = self.books[node] = Book(node)
        return book

    def note(self, posting: Posting) -> None:
        """Keep what the posting made; closed lots step aside."""
        for lot in posting.granted:
            self.lots[lot.id] = lot
        for lot_id, *_ in posting.moves:
            lot = self.lots[lot_id]
            there = self.open.setdefault(lot.node_id, {})
            if lot.pending or lot.active or lot.held:
                there[lot_id] = lot
            else:
                there.pop(lot_id, None)
        self.holds.update((hold.id, hold) for hold in posting.holds)

    def refresh_due(self) -> None:
        """When each node has something due next."""
        whole = Purse(self.books, self.lots, self.holds)
        whole.refresh_due()


def _named(what: dict[str, Any]) -> list[int]:
    if "lot" in what:
        return [what["lot"]]
    return [row[0] for row in what.get("parts" if "spend" in what else "joint", ())]


def play(rows: Iterable[tuple], worlds: dict[tuple[int, str], World]) -> Iterator[tuple[Posting, str]]:
    """The postings of journal rows (COLUMNS, in order of number), each with the hash of its request."""
    for row in rows:
        ask, request_hash, nodes = _ask(row)
        world = worlds.setdefault((ask.programme_id, ask.asset), World())
        try:
            posting = post(world.purse(nodes, ask), ask, row[0])
        except (ValueError, KeyError, AssertionError) as error:
            raise Damaged(f"Transaction {row[0]} ({ask.kind}) cannot be posted again: {error!r}") from error
        world.note(posting)
        yield posting, request_hash


def _ask(row: tuple) -> tuple[Ask, str, list[int]]:
    _, programme, asset, kind, source, key, node, occurred, recorded, actor, version, reverses, digest, request = row
    what = json.loads(request) if isinstance(request, str) else dict(request)
    nodes = what.pop("nodes", None) or [node]
    ask = Ask(programme, asset, kind, source, key, node, occurred, recorded, what, actor, version, reverses)
    return ask, digest, nodes
