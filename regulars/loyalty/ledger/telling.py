"""Why do I have this balance? Every posting in words, and what the balance is made of, lot by lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.core import bulk
from regulars.people.queries import nodes_of

POSTINGS = """SELECT t.id, t.kind, t.source, t.amount, t.after, t.occurred_us, t.recorded_us, t.actor, t.reverses_id,
 coalesce(l.cause, ''), coalesce(l.origin, ''), l.expires_us, l.activates_us, coalesce(r.text, ''),
 coalesce((SELECT sum(amount) FROM loyalty_entry e WHERE e.txn_id = t.id AND e.account = 'active'
  AND e.owner_id IN {nodes}), 0),
 coalesce((SELECT sum(amount) FROM loyalty_entry e WHERE e.txn_id = t.id AND e.account = 'pending'
  AND e.owner_id IN {nodes}), 0),
 coalesce((SELECT -sum(amount) FROM loyalty_entry e WHERE e.txn_id = t.id AND e.account = 'debt'
  AND e.owner_id IN {nodes}), 0)
 FROM loyalty_txn t LEFT JOIN loyalty_lot l ON l.id = t.id LEFT JOIN loyalty_reason r ON r.txn_id = t.id
 WHERE t.node_id IN {nodes} AND t.programme_id = %s AND t.asset = %s AND t.id < %s ORDER BY t.id DESC LIMIT %s"""


@dataclass(frozen=True)
class Line:
    """One posting: what it did to what can be spent (`active`), to what is pending and to what is owed."""

    id: int
    kind: str
    source: str
    amount: int
    after: int
    occurred_us: int
    recorded_us: int
    actor: str
    reverses_id: int | None
    cause: str
    origin: str
    expires_us: int | None
    activates_us: int | None
    reason: str
    active: int
    pending: int
    debt: int

    @property
    def words(self) -> str:
        """What happened, in a few words."""
        said = _words()[self.kind]
        return f"{said}: {self.reason}" if self.reason else said


@dataclass(frozen=True)
class Left:
    """What is left of one lot."""

    id: int
    cause: str
    origin: str
    funder: str
    granted: int
    granted_us: int
    activates_us: int
    expires_us: int | None
    pending: int
    active: int
    held: int

    @property
    def rest(self) -> int:
        """All that is left of it."""
        return self.pending + self.active + self.held


def _words() -> dict[str, str]:
    return {
        "earn": _("Earned"),
        "activate": _("Can be spent from now on"),
        "expire": _("Expired"),
        "spend": _("Spent"),
        "hold": _("Put aside at a checkout"),
        "capture": _("Spent at the checkout"),
        "release": _("No longer put aside"),
        "claw": _("Taken back, because of a return"),
        "giveback": _("Given back, because what was paid with them was undone"),
        "grace": _("Can be used some days longer"),
        "adjust": _("By hand"),
        "split": _("Given back to the other person"),
        "charge": _("Paid for what was used of the other person's"),
        "pay": _("What was owed is paid"),
        "close": _("Ended"),
    }


def history(
    person_id: int, *, programme_id: int, before: int = 2**62, limit: int = 50, asset: str = "points"
) -> list[Line]:
    """Postings in the name of a person, newest first; `before` is the number of the last one read."""
    nodes = _nodes(person_id)
    table, params = bulk.ids(nodes)
    rows = bulk.query(POSTINGS.format(nodes=table), [*params * 4, programme_id, asset, before, limit])
    return [Line(*row[:-3], *map(int, row[-3:])) for row in rows]


def why_balance(person_id: int, *, programme_id: int, asset: str = "points") -> list[Left]:
    """The lots of which something is left, in the order in which they will be spent: their sum is the balance."""
    names = tuple(Left.__dataclass_fields__)
    table, params = bulk.ids(_nodes(person_id))
    rows = bulk.query(
        f"SELECT {', '.join(names)} FROM loyalty_lot WHERE node_id IN {table} AND rest > 0 AND programme_id = %s"
        " AND asset = %s ORDER BY CASE WHEN expires_us IS NULL THEN 1 ELSE 0 END, expires_us, granted_us, id",
        [*params, programme_id, asset],
    )
    return [Left(*row) for row in rows]


def _nodes(person_id: int) -> Sequence[int]:
    return nodes_of([person_id]).get(person_id, [])
