"""Points come: earned by a rule; and go again when what earned them is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.loyalty.ledger.budgets import take
from regulars.loyalty.ledger.desk import Posted, put
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.ledger.kinds import Ask
from regulars.loyalty.ledger.purse import Purse

POLICIES = ("pending", "within", "unlimited")


def post_earn(
    *,
    programme_id: int,
    node_id: int,
    source: str,
    key: str,
    amount: int,
    occurred_us: int,
    activates_us: int,
    expires_us: int | None,
    cause: str,
    at: int,
    asset: str = "points",
    funder: str = "",
    origin: str = "",
    order_line: str = "",
    rule: str = "",
    rule_version: str = "",
    budget: int | None = None,
    by: str = "system",
    said: Mapping[str, Any] | None = None,
    many: list[Ask] | None = None,
) -> Posted | None:
    """Give points to a node, once for ever per (source, key). Pending until `activates_us`; first pays what is owed.

    `origin` and `order_line` say what they are for ("order:17", "2"), so that `claw_back` finds them; `funder` is
    empty (we) or "partner:<id>". `said` is the request as a door got it: the same key with another is Conflict.
    With `many` nothing is posted: the ask is added to the list, for `put_many` (without a budget).
    `budget` is paid from and never exceeded: raises BudgetUsedUp.
    """
    check_asked(amount, source, key)
    if expires_us is not None and expires_us <= activates_us:
        raise CannotPost("Points would expire before they become active: let them live longer.")
    what = {"amount": amount, "activates_us": activates_us, "expires_us": expires_us, "cause": cause,
            "funder": funder, "origin": origin, "order_line": order_line, "rule": rule}  # fmt: skip
    ask = Ask(programme_id, asset, "earn", source, key, node_id, occurred_us, at, what, by, rule_version, said=said)
    if budget is None:
        return _put(ask, many)
    what["budget_id"] = budget
    return put(ask, prepare=_paid_from_the_budget)


def _paid_from_the_budget(purse: Purse, ask: Ask) -> Ask:
    take(ask.what["budget_id"], ask.what["amount"])
    return ask


def claw_back(
    *,
    programme_id: int,
    node_id: int,
    source: str,
    key: str,
    amount: int,
    at: int,
    origin: str = "",
    order_line: str = "",
    rule: str = "",
    policy: str = "unlimited",
    cap: int | None = None,
    asset: str = "points",
    rule_version: str = "",
    by: str = "system",
    said: Mapping[str, Any] | None = None,
    many: list[Ask] | None = None,
) -> Posted | None:
    """Take back what an undone purchase had earned: its own pending lots, its active ones, others, then debt.

    `policy`: "pending" takes only what is pending, "within" no more than there is, "unlimited" leaves a debt, of at
    most `cap` in all. `Posted.amount` is what was really taken; the rest is let go. `many` as in `post_earn`.
    """
    check_asked(amount, source, key)
    if policy not in POLICIES:
        raise CannotPost(f"“{policy}” is no policy: use {', '.join(POLICIES)}.")
    what = {"amount": amount, "origin": origin, "order_line": order_line, "rule": rule, "policy": policy, "cap": cap}
    said = what if said is None else said
    return _put(
        Ask(programme_id, asset, "claw", source, key, node_id, at, at, what, by, rule_version, said=said), many
    )


def _put(ask: Ask, many: list[Ask] | None) -> Posted | None:
    if many is None:
        return put(ask)
    many.append(ask)
    return None


def check_asked(amount: int, source: str, key: str) -> None:
    """Raises CannotPost for an amount or a key that cannot be."""
    if amount < 1:
        raise CannotPost("An amount of points is a whole number above 0.")
    if not source or not key:
        raise CannotPost("A posting needs a source and a key that is never used again.")
