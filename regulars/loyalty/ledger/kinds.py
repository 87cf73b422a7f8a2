"""What each kind of posting does to a purse. Pure: the same question to the same purse gives the same books.

`ask.what` holds the parameters, JSON-able and complete, so that a journal of asks can be played again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.loyalty.ledger.errors import CannotPost, HoldEnded, NotEnoughPoints
from regulars.loyalty.ledger.purse import ACCOUNT, HoldNow, LotNow, Posting, Purse

ABOUT = ("cause", "funder", "origin", "order_line", "rule", "budget_id")


CLOCK = "clock"


@dataclass(frozen=True)
class Ask:
    """A posting that is wanted. `source` and `key` are its name within the kind, for ever."""

    programme_id: int
    asset: str
    kind: str
    source: str
    key: str
    node_id: int
    occurred_us: int
    at: int
    what: dict[str, Any] = field(default_factory=dict)
    actor: str = "system"
    rule_version: str = ""
    reverses_id: int | None = None
    said: Mapping[str, Any] | None = None  # the request as a door got it, when that is less than `what`

    @property
    def moment(self) -> int:
        """When it counts: what happens by itself, at its own time, however late it is noted."""
        return self.occurred_us if self.source == CLOCK else self.at


def post(purse: Purse, ask: Ask, number: int) -> Posting:
    """The posting on the purse. Raises CannotPost and its kinds; the purse is then of no more use."""
    purse.now = ask.moment
    posting = Posting(number, ask, purse, amount=ask.what.get("amount", 0), groups=[purse])
    KINDS[ask.kind](posting, ask.what)
    return posting.done()


def _earn(posting: Posting, what: dict[str, Any]) -> None:
    ask, activates = posting.ask, what["activates_us"]
    lot = LotNow(
        id=posting.id,
        node_id=ask.node_id,
        granted=what["amount"],
        granted_us=ask.occurred_us,
        activates_us=activates,
        expires_us=what["expires_us"],
        **{name: what[name] for name in ABOUT if what.get(name)},
    )
    posting.grant(lot, "active" if activates <= ask.at else "pending")


def _activate(posting: Posting, what: dict[str, Any]) -> None:
    lot = posting.purse.lots[what["lot"]]
    posting.amount = lot.pending
    posting.move(lot, "pending", "active", lot.pending, sake=lot.node_id)


def _expire(posting: Posting, what: dict[str, Any]) -> None:
    lot = posting.purse.lots[what["lot"]]
    posting.amount = lot.active
    posting.move(lot, "active", "expired", lot.active, sake=lot.node_id)


def _take(posting: Posting, amount: int, state: str) -> None:
    """Move active points, soonest to expire first."""
    if amount > posting.purse.spendable:
        raise NotEnoughPoints(wanted=amount, active=posting.purse.spendable)
    for lot, part in posting.purse.portions(amount):
        posting.move(lot, "active", state, part, sake=posting.ask.node_id)


def _spend(posting: Posting, what: dict[str, Any]) -> None:
    _take(posting, what["amount"], "spent")


def _hold(posting: Posting, what: dict[str, Any]) -> None:
    _take(posting, what["amount"], "held")
    parts = [(lot, part) for lot, _, _, part, _ in posting.moves]
    ask = posting.ask
    hold = HoldNow(posting.id, ask.node_id, what["amount"], ask.at, what["expires_us"], parts)
    posting.purse.holds[hold.id] = hold
    posting.holds.append(hold)


def _open_hold(posting: Posting, what: dict[str, Any]) -> HoldNow:
    hold = posting.purse.holds[what["hold"]]
    if not hold.is_open:
        raise HoldEnded(active=posting.purse.spendable)
    posting.holds.append(hold)
    return hold


def _capture(posting: Posting, what: dict[str, Any]) -> None:
    """The held points are spent; of a smaller amount the rest goes back."""
    hold, left = _open_hold(posting, what), what["amount"]
    if left > hold.amount:
        raise CannotPost(f"Only {hold.amount} points are held: no more can be captured.")
    for number, part in hold.parts:
        lot, used = posting.purse.lots[number], min(left, part)
        left -= used
        if used:
            posting.move(lot, "held", "spent", used, sake=hold.node_id)
        if part - used:
            posting.move(lot, "held", "active", part - used, sake=hold.node_id)
    hold.captured_us = posting.ask.at


def _release(posting: Posting, what: dict[str, Any]) -> None:
    hold = _open_hold(posting, what)
    posting.amount = hold.amount
    for number, part in hold.parts:
        posting.move(posting.purse.lots[number], "held", "active", part, sake=hold.node_id)
    hold.released_us = posting.ask.at


def _claw(posting: Posting, what: dict[str, Any]) -> None:
    """This order's pending lots, its active lots, other lots, debt: as far as the policy goes. What is let go is
    the difference between the amount asked and the amount posted."""
    left, policy = what["amount"], what["policy"]
    mine = [lot for lot in posting.purse.own() if what["origin"] and lot.origin == what["origin"]]
    mine.sort(key=lambda lot: (not _is_meant(lot, what), lot.turn))
    left -= _claw_from(posting, mine, "pending", left)
    if policy != "pending":
        left -= _claw_from(posting, mine, "active", left)
        left -= _claw_from(posting, posting.purse.spendable_lots(), "active", left)
    if policy == "unlimited" and left:
        left -= _claw_as_debt(posting, left, what["cap"])
    posting.amount = what["amount"] - left


def _is_meant(lot: LotNow, what: dict[str, Any]) -> bool:
    line, rule = what["order_line"], what["rule"]
    return (not line or lot.order_line == line) and (not rule or lot.rule == rule)


def _claw_from(posting: Posting, lots: list[LotNow], state: str, amount: int) -> int:
    taken = 0
    for lot in lots:
        part = min(amount - taken, getattr(lot, state))
        if part > 0:
            posting.move(lot, state, "clawed", part, sake=posting.ask.node_id)
            taken += part
    return taken


def _claw_as_debt(posting: Posting, amount: int, cap: int | None) -> int:
    owed = amount if cap is None else min(amount, max(0, cap - posting.purse.total("debt")))
    if owed:
        posting.owe(posting.ask.node_id, owed, "clawed")
    return owed


def _give_back(posting: Posting, what: dict[str, Any]) -> None:
    """What was taken last returns first: as if less had been spent. `parts`: [[lot, amount, for whose sake]] still
    spent, in the order in which they were taken. What a separation had made a debt is owed no more."""
    left = what["amount"]
    for number, part, sake in reversed(what["parts"]):
        back = min(left, part)
        if back:
            posting.move(posting.purse.lots[number], "spent", "active", back, sake=sake)
            left -= back
    owed = min(left, posting.purse.books[posting.ask.node_id].debt)
    if owed:
        posting.forgive(posting.ask.node_id, owed, "redeemed")
    posting.amount = what["amount"] - left + owed


def _grace(posting: Posting, what: dict[str, Any]) -> None:
    """A new lot in place of what came back too late."""
    old, ask = posting.purse.lots[what["lot"]], posting.ask
    lot = LotNow(posting.id, old.node_id, what["amount"], ask.at, ask.at, what["expires_us"], old.cause, old.funder,
                 old.origin, old.order_line, old.rule, old.id)  # fmt: skip
    posting.grant(lot, "active")


def _adjust(posting: Posting, what: dict[str, Any]) -> None:
    """By hand: a gift is a lot of its own, a taking away needs to be there."""
    if what["amount"] > 0:
        lot = LotNow(posting.id, posting.ask.node_id, what["amount"], posting.ask.at, posting.ask.at,
                     what["expires_us"], "by hand")  # fmt: skip
        posting.grant(lot, "active")
    else:
        _take(posting, -what["amount"], "clawed")


def _split(posting: Posting, what: dict[str, Any]) -> None:
    """Lots that paid for people who are apart now go back to where they came from; whoever used them owes it.
    `joint`: [[lot, amount, for whose sake, state]] of one posting."""
    posting.groups = []
    for number, amount, sake, state in what["joint"]:
        posting.move(posting.purse.lots[number], state, "active", amount, sake=sake)
        posting.owe(sake, amount, ACCOUNT[state])


def _charge(posting: Posting, what: dict[str, Any]) -> None:
    """Whoever used another's points pays with their own, as far as these go: as if they had done so at once.
    `owed`: [[for whose sake, amount, state]]; `parts`: the nodes of each person."""
    posting.groups = []
    for sake, amount, state in what["owed"]:
        payer = posting.purse.part(next(nodes for nodes in what["parts"] if sake in nodes))
        for lot, part in payer.portions(min(amount, posting.purse.books[sake].debt)):
            posting.repay(lot, sake, part, state)
            posting.amount += part


def _pay(posting: Posting, what: dict[str, Any]) -> None:
    """Two who are one now pay each other's debts, as every posting does."""


def _close(posting: Posting, what: dict[str, Any]) -> None:
    """The person is gone: nobody can claim anything, nobody owes anything."""
    for lot in list(posting.purse.own()):
        for state in ("pending", "active", "held"):
            if left := getattr(lot, state):
                posting.move(lot, state, "expired", left, sake=lot.node_id)
                posting.amount += left
    for book in posting.purse.books.values():
        if book.debt:
            posting.forgive(book.node_id, book.debt, "written_off")
    for hold in posting.purse.holds.values():
        if hold.is_open:
            hold.released_us = posting.ask.at
            posting.holds.append(hold)


KINDS: dict[str, Callable[[Posting, dict[str, Any]], None]] = {
    "earn": _earn,
    "activate": _activate,
    "expire": _expire,
    "spend": _spend,
    "hold": _hold,
    "capture": _capture,
    "release": _release,
    "claw": _claw,
    "giveback": _give_back,
    "grace": _grace,
    "adjust": _adjust,
    "split": _split,
    "charge": _charge,
    "pay": _pay,
    "close": _close,
}
