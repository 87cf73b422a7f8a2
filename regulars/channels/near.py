"""Reading what a table holds of many nodes. Numbers that lie close together are read as one range of the index, which
is five times as fast as looking up each; what lies between them and was not asked for is passed over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from regulars.core import bulk

SPARSE = 4  # rows read for each one wanted: beyond that it is quicker to look each up
FEW = 100


class Near:
    """Numbers to ask for. `span`: where most of them lie, when they lie close together; `rest`: the others."""

    def __init__(self, numbers: Collection[int], among: Collection[int] = ()) -> None:
        """`among`: the span is that of these, otherwise that of all positive numbers."""
        close = [n for n in among or numbers if n > 0]
        self.span = (min(close), max(close)) if len(close) >= FEW else (1, 0)
        if self.span[1] - self.span[0] >= SPARSE * len(close):
            self.span = (1, 0)
        low, high = self.span
        self.rest = [n for n in numbers if not low <= n <= high]

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple]:
        """The rows of a SELECT with `{which}` in its condition, for example "WHERE node_id {which} AND state = %s"
        (nothing that needs a parameter stands before it). In no order; there may be rows of other numbers."""
        found: list[tuple] = []
        if self.span[0] <= self.span[1]:
            found += bulk.query(sql.format(which="BETWEEN %s AND %s"), [*self.span, *params])
        if self.rest:
            some, numbers = bulk.ids(self.rest)
            found += bulk.query(sql.format(which=f"IN {some}"), [*numbers, *params])
        return found
