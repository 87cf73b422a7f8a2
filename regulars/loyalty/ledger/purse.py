"""A purse: the lots and sums of the nodes of one person, in memory. Pure: no database, no clock.

Whatever is posted changes a purse through `Posting.move`, `grant`, `owe` and `repay`, so that legs, moves, lots and
sums cannot disagree. The database and the replay of a journal both work on purses; there is one set of rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

MEMBER = {"pending", "active", "held"}
ACCOUNT = {"spent": "redeemed", "expired": "expired", "clawed": "clawed"}
NEVER = 2**63 - 1


@dataclass(slots=True)
class LotNow:
    """A lot and where its points are."""

    id: int
    node_id: int
    granted: int
    granted_us: int
    activates_us: int
    expires_us: int | None
    cause: str = ""
    funder: str = ""
    origin: str = ""
    order_line: str = ""
    rule: str = ""
    of_lot_id: int | None = None
    budget_id: int | None = None
    pending: int = 0
    active: int = 0
    held: int = 0
    spent: int = 0
    expired: int = 0
    clawed: int = 0

    @property
    def turn(self) -> tuple[int, int, int]:
        """Soonest to expire first, then by the time it was granted."""
        return (NEVER if self.expires_us is None else self.expires_us, self.granted_us, self.id)

    @property
    def due_us(self) -> int | None:
        """When it activates or expires next."""
        if self.pending:
            return self.activates_us
        return self.expires_us if self.active else None


@dataclass(slots=True)
class HoldNow:
    """A hold, with the parts of lots that are put aside: [(lot, amount)]."""

    id: int
    node_id: int
    amount: int
    made_us: int
    expires_us: int
    parts: list[tuple[int, int]]
    captured_us: int | None = None
    released_us: int | None = None

    @property
    def is_open(self) -> bool:
        return self.captured_us is None and self.released_us is None


@dataclass(slots=True)
class Book:
    """The sums of one node."""

    node_id: int
    pending: int = 0
    active: int = 0
    held: int = 0
    debt: int = 0
    due_us: int | None = None
    version: int = 0


@dataclass
class Purse:
    """What one person has: a book per node, lots and holds by number (closed lots only when somebody asks).

    `whole`: everything that can be due is here, so that the next due time can be told exactly.
    """

    books: dict[int, Book]
    lots: dict[int, LotNow] = field(default_factory=dict)
    holds: dict[int, HoldNow] = field(default_factory=dict)
    whole: bool = False
    now: int = 0

    def total(self, name: str) -> int:
        """Pending, active, held or debt over all nodes."""
        return sum(getattr(book, name) for book in self.books.values())

    @property
    def spendable(self) -> int:
        """What they may spend now: nothing while they owe more."""
        return max(0, self.total("active") - self.total("debt"))

    def own(self) -> Iterator[LotNow]:
        """The lots of these nodes."""
        return (lot for lot in self.lots.values() if lot.node_id in self.books)

    def spendable_lots(self) -> list[LotNow]:
        """Active lots in the order in which they are used."""
        usable = (lot for lot in self.own() if lot.active and (lot.expires_us is None or lot.expires_us > self.now))
        return sorted(usable, key=lambda lot: lot.turn)

    def portions(self, amount: int) -> list[tuple[LotNow, int]]:
        """Up to the amount of active points, soonest to expire first."""
        found = []
        for lot in self.spendable_lots() if amount else ():
            part = min(amount, lot.active)
            found.append((lot, part))
            amount -= part
            if not amount:
                break
        return found

    def part(self, nodes: Iterable[int]) -> Purse:
        """The same books and lots, of some of the nodes."""
        return Purse({node: self.books[node] for node in nodes if node in self.books}, self.lots, now=self.now)

    def refresh_due(self) -> None:
        """Note for each node when something happens next by itself."""
        soonest: dict[int, int] = {}
        for lot in self.own():
            due = lot.due_us
            if due is not None and due < soonest.get(lot.node_id, NEVER):
                soonest[lot.node_id] = due
        for hold in self.holds.values():
            if hold.is_open:
                soonest[hold.node_id] = min(hold.expires_us, soonest.get(hold.node_id, NEVER))
        for node, book in self.books.items():
            book.due_us = soonest.get(node)


@dataclass
class Posting:
    """One transaction being made on a purse: what to write."""

    id: int
    ask: Any
    purse: Purse
    amount: int = 0
    after: int = 0
    legs: dict[tuple[str, int | None], int] = field(default_factory=lambda: defaultdict(int))
    moves: list[tuple[int, str, str, int, int]] = field(default_factory=list)
    granted: list[LotNow] = field(default_factory=list)
    holds: list[HoldNow] = field(default_factory=list)
    groups: list[Purse] = field(default_factory=list)

    def grant(self, lot: LotNow, state: str) -> None:
        """A new lot in this state."""
        self.purse.lots[lot.id] = lot
        self.granted.append(lot)
        setattr(lot, state, lot.granted)
        self._leg("issued", None, -lot.granted)
        self._leg(state, lot.node_id, lot.granted)
        self.moves.append((lot.id, "granted", state, lot.granted, lot.node_id))

    def move(self, lot: LotNow, before: str, after: str, amount: int, *, sake: int) -> None:
        """A part of a lot changes its state."""
        self._shift(lot, before, after, amount, sake)
        self._leg(ACCOUNT.get(before, before), lot.node_id, -amount)
        self._leg(ACCOUNT.get(after, after), lot.node_id, amount)

    def owe(self, node: int, amount: int, account: str) -> None:
        """The node owes so much more, which the programme's account has already."""
        self._leg("debt", node, -amount)
        self._leg(account, None, amount)

    def repay(self, lot: LotNow, debtor: int, amount: int, state: str = "clawed") -> None:
        """A part of a lot pays what a node owes."""
        self._shift(lot, "active", state, amount, debtor)
        self._leg("active", lot.node_id, -amount)
        self._leg("debt", debtor, amount)

    def forgive(self, node: int, amount: int, account: str) -> None:
        """The node owes so much less."""
        self._leg("debt", node, amount)
        self._leg(account, None, -amount)

    def repay_debts(self, purse: Purse) -> None:
        """Whatever is owed is paid from what is active, before anybody can spend it."""
        for book in purse.books.values():
            if book.debt:
                for lot, part in purse.portions(book.debt):
                    self.repay(lot, book.node_id, part)

    def done(self) -> Posting:
        """Debts are paid, the sums noted."""
        for group in self.groups:  # none: people are being parted
            self.repay_debts(group)
            self.after = group.spendable
        for node in {owner for _, owner in self.legs if owner is not None}:
            self.purse.books[node].version += 1
        return self

    def _shift(self, lot: LotNow, before: str, after: str, amount: int, sake: int) -> None:
        left = getattr(lot, before) - amount
        if amount <= 0 or left < 0:
            raise AssertionError(f"Lot {lot.id} has not {amount} points that are {before}.")  # a mistake of ours
        setattr(lot, before, left)
        setattr(lot, after, getattr(lot, after) + amount)
        self.moves.append((lot.id, before, after, amount, sake))

    def _leg(self, account: str, owner: int | None, amount: int) -> None:
        if account in MEMBER:
            book = self.purse.books[owner]
            setattr(book, account, getattr(book, account) + amount)
        elif account == "debt":
            self.purse.books[owner].debt -= amount
        else:
            owner = None
        self.legs[account, owner] += amount
