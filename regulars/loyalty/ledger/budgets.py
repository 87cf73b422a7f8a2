"""A budget of points that is never exceeded, also when many earn at once.

The budget hands out shares to a few rows, and whoever earns takes from one that nobody else holds just now: people
do not queue for one hot row. When little is left the shares are gathered. Shares still hold what was not used, so
the sum of what was given never passes the limit.
"""

from __future__ import annotations

from django.db import connection

from regulars.core import bulk
from regulars.loyalty.ledger.errors import CannotPost
from regulars.loyalty.models import Budget, BudgetShare
from regulars.team.actions import audit

SHARES = 8
PART = 50  # a share gets this part of what is left


class BudgetUsedUp(CannotPost):
    """Less is left of the budget than this would cost. `left` is what is left."""

    def __init__(self, *, name: str, left: int) -> None:
        self.left = left
        super().__init__(f"The budget “{name}” is used up: {left} points are left of it.")


def make_budget(*, programme_id: int, name: str, most: int, by: str, at: int) -> int:
    """A budget of at most so many points; its number. Audited."""
    if most < 1:
        raise CannotPost("A budget is at least one point.")
    made = Budget.objects.create(programme_id=programme_id, name=name, most=most, made_us=at, made_by=by)
    BudgetShare.objects.bulk_create([BudgetShare(budget_id=made.id) for _ in range(SHARES)])
    audit(by=by, act="points.budget", object=f"budget:{made.id}", details={"most": most}, at=at)
    return made.id


def take(budget_id: int, amount: int) -> None:
    """Use so much, in the caller's transaction. Raises BudgetUsedUp, and nothing is used."""
    if not (_from_a_share(budget_id, amount) or _from_the_budget(budget_id, amount)):
        _from_all(budget_id, amount)


def put_back(budget_id: int, amount: int) -> None:
    """What was used is free again, in the caller's transaction."""
    bulk.execute(
        "UPDATE loyalty_budgetshare SET rest = rest + %s WHERE id = (SELECT id FROM loyalty_budgetshare"
        f" WHERE budget_id = %s ORDER BY id LIMIT 1{_lock(' SKIP LOCKED')})",
        [amount, budget_id],
    )


def _from_a_share(budget_id: int, amount: int) -> bool:
    return bool(
        bulk.execute(
            "UPDATE loyalty_budgetshare SET rest = rest - %s WHERE id = (SELECT id FROM loyalty_budgetshare"
            f" WHERE budget_id = %s AND rest >= %s ORDER BY random() LIMIT 1{_lock(' SKIP LOCKED')})",
            [amount, budget_id, amount],
        )
    )


def _from_the_budget(budget_id: int, amount: int) -> bool:
    """A new share from what was not handed out yet."""
    most, given, _ = _locked(budget_id)
    if most - given < amount:
        return False
    part = min(most - given, max(amount, (most - given) // PART))
    bulk.execute("UPDATE loyalty_budget SET given = given + %s WHERE id = %s", [part, budget_id])
    if part > amount:
        row = BudgetShare(budget_id=budget_id, rest=part - amount)
        row.save(force_insert=True)
    return True


def _from_all(budget_id: int, amount: int) -> None:
    """The shares are gathered: waits for those who hold one."""
    most, given, name = _locked(budget_id)
    rows = bulk.query(
        f"SELECT id, rest FROM loyalty_budgetshare WHERE budget_id = %s ORDER BY id{_lock()}", [budget_id]
    )
    left = most - given + sum(rest for _, rest in rows)
    if left < amount:
        raise BudgetUsedUp(name=name, left=left)
    bulk.execute("UPDATE loyalty_budget SET given = most WHERE id = %s", [budget_id])
    bulk.execute("UPDATE loyalty_budgetshare SET rest = 0 WHERE budget_id = %s", [budget_id])
    bulk.execute("UPDATE loyalty_budgetshare SET rest = %s WHERE id = %s", [left - amount, rows[0][0]])


def _locked(budget_id: int) -> tuple[int, int, str]:
    rows = bulk.query(f"SELECT most, given, name FROM loyalty_budget WHERE id = %s{_lock()}", [budget_id])
    if not rows:
        raise CannotPost(f"There is no budget with the number {budget_id}.")
    return rows[0]


def _lock(more: str = "") -> str:
    return f" FOR UPDATE{more}" if connection.vendor == "postgresql" else ""
