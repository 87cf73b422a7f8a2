"""What the books hold about a person. Erasing keeps the amounts: they name a node that is nobody any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core import bulk
from regulars.core.plugs import PersonalTable, register
from regulars.loyalty.ledger.closing import close_books
from regulars.loyalty.models import Balance, Entry, Hold, Lot, LotMove, Reason, Txn


def _rows(model: Any, *names: str, by: str = "node_id", order: str = "id"):
    def export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
        return list(model.objects.filter(**{f"{by}__in": list(node_ids)}).order_by(order).values(*names))

    return export


def _kept(node_ids: Sequence[int], at: int) -> int:
    """Numbers stay: without the person they say nothing about anybody."""
    return 0


def _without_keys(node_ids: Sequence[int], at: int) -> int:
    """The keys by which others name the postings (order numbers) go."""
    table, params = bulk.ids(node_ids)
    return bulk.execute(f"UPDATE loyalty_txn SET external_id = 'erased:' || id WHERE node_id IN {table}", params)


def _without_reasons(node_ids: Sequence[int], at: int) -> int:
    return Reason.objects.filter(node_id__in=list(node_ids)).delete()[0]


register(
    PersonalTable(
        table="loyalty_txn",
        room="loyalty",
        holds="points earned, spent, expired and taken back, and when",
        export=_rows(Txn, "kind", "source", "external_id", "amount", "after", "occurred_us", "recorded_us"),
        erase=_without_keys,
    ),
    PersonalTable(
        table="loyalty_entry",
        room="loyalty",
        holds="the legs of these postings",
        export=_rows(Entry, "txn_id", "account", "amount", by="owner_id"),
        erase=_kept,
    ),
    PersonalTable(
        table="loyalty_lot",
        room="loyalty",
        holds="points by what they were given for and when they expire",
        export=_rows(
            Lot,
            "cause",
            "funder",
            "origin",
            "order_line",
            "granted",
            "granted_us",
            "activates_us",
            "expires_us",
            "pending",
            "active",
            "held",
            "spent",
            "expired",
            "clawed",
        ),
        erase=_kept,
    ),
    PersonalTable(
        table="loyalty_lotmove",
        room="loyalty",
        holds="what became of these points",
        export=_rows(LotMove, "lot_id", "txn_id", "state_from", "state_to", "amount"),
        erase=_kept,
    ),
    PersonalTable(
        table="loyalty_balance",
        room="loyalty",
        holds="points now: a sum of the postings",
        export=_rows(Balance, "programme_id", "asset", "pending", "active", "held", "debt"),
        erase=close_books,
    ),
    PersonalTable(
        table="loyalty_hold",
        room="loyalty",
        holds="points put aside at a checkout",
        export=_rows(Hold, "amount", "made_us", "expires_us", "captured_us", "released_us"),
        erase=_kept,
    ),
    PersonalTable(
        table="loyalty_reason",
        room="loyalty",
        holds="why somebody gave or took points by hand",
        export=_rows(Reason, "txn_id", "text", by="node_id", order="txn_id"),
        erase=_without_reasons,
    ),
)
