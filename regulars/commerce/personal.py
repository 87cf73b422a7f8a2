"""What commerce holds about a person, and how it is exported, erased and moved when people merge or split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.commerce.actions import forget_nodes, recount
from regulars.commerce.models import Customer, Order, OrderLine, Recommendation, Refund, Unread
from regulars.core.plugs import PersonalTable, register


def _rows(model, *hidden: str):
    def export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
        rows = model.objects.filter(node_id__in=list(node_ids)).order_by("ts").values()
        return [{name: value for name, value in row.items() if name not in hidden} for row in rows]

    return export


def _erased_with_the_orders(node_ids: Sequence[int], at: int) -> int:
    return 0


def _no_rows(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """A sum of the orders, which are exported themselves."""
    return []


def _count_again(person_ids: Sequence[int], at: int) -> None:
    recount(person_ids)


def _drop_customers(node_ids: Sequence[int], at: int) -> int:
    """A person's number is that of one of its nodes."""
    return Customer.objects.filter(person_id__in=list(node_ids)).delete()[0]


def _advice(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = Recommendation.objects.filter(node_id__in=list(node_ids)).order_by("run_id", "kind", "rank")
    return list(rows.values("kind", "rank", "product_id", "score", "why_id"))


def _drop_advice(node_ids: Sequence[int], at: int) -> int:
    return Recommendation.objects.filter(node_id__in=list(node_ids)).delete()[0]


register(
    PersonalTable(
        table="commerce_order",
        room="commerce",
        holds="what was bought, when, where and for how much",
        export=_rows(Order, "event_id"),
        erase=forget_nodes,
    ),
    PersonalTable(
        table="commerce_orderline",
        room="commerce",
        holds="the products in each order",
        export=_rows(OrderLine),
        erase=_erased_with_the_orders,
    ),
    PersonalTable(
        table="commerce_refund",
        room="commerce",
        holds="what was brought back",
        export=_rows(Refund, "event_id"),
        erase=_erased_with_the_orders,
    ),
    PersonalTable(
        table="commerce_ordernumber",
        room="commerce",
        holds="order numbers and the events that speak of them",
        export=_no_rows,
        erase=_erased_with_the_orders,
    ),
    PersonalTable(
        table="commerce_unread",
        room="commerce",
        holds="what a purchase event said that could not be understood",
        export=_rows(Unread),
        erase=_erased_with_the_orders,
    ),
    PersonalTable(
        table="commerce_customer",
        room="commerce",
        holds="sums of a person's orders",
        export=_no_rows,
        erase=_drop_customers,
        moved=_count_again,
    ),
    PersonalTable(
        table="commerce_recommendation",
        room="commerce",
        holds="which products we would recommend next, computed from orders at night",
        export=_advice,
        erase=_drop_advice,
    ),
)
