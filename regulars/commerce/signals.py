"""What happened to purchases, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OrdersChanged:
    """These orders were written anew, or are gone: bought, changed, returned, cancelled. `node_ids` are who spoke of
    them just now. Sent in the transaction that changes them."""

    order_ids: tuple[int, ...]
    node_ids: tuple[int, ...]
    at: int
