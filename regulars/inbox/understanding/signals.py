"""What was understood of texts, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ItemsRead:
    """The readings of these items are new, changed or gone; sent in the transaction that wrote them."""

    item_ids: tuple[int, ...]
    at: int
